import type { BulkResult } from '@/api/types'
import i18n from '@/i18n'
import { openDialog } from '@/ui/dialogs'

type Skipped = NonNullable<BulkResult['skipped']>

/** Names the records that a bulk change left alone, each with its reason. */
export function showSkipped(skipped: Skipped) {
  openDialog({
    title: `${i18n.t('list.bulkSkippedTitle')} (${skipped.length})`,
    body: (
      <ul style={{ margin: 0, paddingInlineStart: 18, maxHeight: 320, overflowY: 'auto' }}>
        {skipped.slice(0, 200).map((one) => (
          <li key={one.id}>
            <b>{one.name ?? one.id}</b> · {one.message}
          </li>
        ))}
      </ul>
    ),
  })
}
