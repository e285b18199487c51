import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useContext } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { IconCalendarTime, IconHistory } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { todayIn } from '@/ui/zoned'
import { openSince } from './openSince'
import { VisitContext } from './visit'

/** The ways into a record's past, in its menu. */
export function PastItems({ meta, record }: { meta: ObjectMeta; record: RecordData }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { timezone } = useFormat()
  const visit = useContext(VisitContext)
  const yesterday = todayIn(timezone, new Date(Date.now() - 86_400_000))
  return (
    <>
      <Menu.Item
        leftSection={<IconHistory size={15} />}
        onClick={() =>
          openSince({ meta, record, title: t('past.sinceTitle', { name: record.name }), visit })
        }
      >
        {t('past.since')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconCalendarTime size={15} />}
        onClick={() =>
          void navigate({ to: '.', search: (before) => ({ ...before, as_of: yesterday }) })
        }
      >
        {t('past.asOf')}
      </Menu.Item>
    </>
  )
}
