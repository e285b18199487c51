import { ActionIcon, Drawer, Tooltip } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FilterNode } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { IconHistory } from '@/ui/icons'
import { PartSkeleton } from '../record/PartSkeleton'

const ChangedList = lazy(() => import('./ChangedList'))

interface Props {
  meta: ObjectMeta
  filter: FilterNode | undefined
  q: string | undefined
}

/** Opens beside a list what has changed in it. */
export function ChangedButton({ meta, filter, q }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Tooltip label={t('past.listButton')}>
        <ActionIcon aria-label={t('past.listButton')} onClick={() => setOpen(true)}>
          <IconHistory size={15} />
        </ActionIcon>
      </Tooltip>
      <Drawer
        opened={open}
        onClose={close}
        position="right"
        size={560}
        title={t('past.sinceListTitle', { object: meta.label_plural })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Suspense fallback={<PartSkeleton />}>
          <ChangedList meta={meta} filter={filter} q={q} onLeave={close} />
        </Suspense>
      </Drawer>
    </>
  )
}
