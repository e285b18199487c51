import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { recordQuery } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { Failure } from '@/ui/Failure'
import { IconArrowsDiagonal, IconChevronDown, IconChevronUp, IconX } from '@/ui/icons'
import type { Around } from './around'
import { PanelFacts } from './PanelFacts'
import { Place } from './Place'
import classes from './SidePanel.module.css'

interface Props {
  meta: ObjectMeta
  id: string
  /** Where it stands in the list, for previous and next. */
  around: Around
  onMove: (id: string) => void
  onClose: () => void
}

/** A record beside its list: facts that can be edited; J and K go down and up the list. */
export function SidePanel({ meta, id, around, onMove, onClose }: Props) {
  const { t } = useTranslation()
  const { before, after } = around
  const { data: record = around.record, error } = useQuery(recordQuery(meta, id))
  const go = (row: RecordData | undefined) => row && onMove(row.id)
  useHotkeys([
    ['J', () => go(after)],
    ['K', () => go(before)],
    ['Escape', onClose],
  ])
  const params = { path: meta.path, id }
  return (
    <aside className={classes.panel} aria-label={t('list.preview')}>
      <header>
        <ActionIcon
          aria-label={`${t('list.previous')} (K)`}
          disabled={!before}
          onClick={() => go(before)}
        >
          <IconChevronUp size={16} />
        </ActionIcon>
        <ActionIcon
          aria-label={`${t('list.following')} (J)`}
          disabled={!after}
          onClick={() => go(after)}
        >
          <IconChevronDown size={16} />
        </ActionIcon>
        <Place place={around.place} count={around.count} />
        <span className="grow" />
        <Tooltip label={t('list.openFull')}>
          <ActionIcon
            renderRoot={(props) => <Link to="/$path/$id" params={params} {...props} />}
            aria-label={t('list.openFull')}
          >
            <IconArrowsDiagonal size={15} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon aria-label={t('common.close')} onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      {error && !record && <Failure error={error} />}
      {!record && !error && <Skeleton height={160} m={18} width="auto" />}
      {record && <PanelFacts meta={meta} record={record} />}
      <footer>
        <Button
          fullWidth
          renderRoot={(props) => <Link to="/$path/$id" params={params} {...props} />}
        >
          {t('list.openFull')}
        </Button>
      </footer>
    </aside>
  )
}
