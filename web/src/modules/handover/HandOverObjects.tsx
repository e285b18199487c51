import { Select, Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { HeldRecords, Holdings } from '@/api/handover'
import { useFormat } from '@/ui/useFormat'
import classes from './HandOver.module.css'
import { People } from './People'
import { type Draft, SAME, type Way } from './plan'

const KINDS = ['same', 'stay', 'other'] as const

interface Props {
  holdings: Holdings
  draft: Draft
  onChange: (ways: Draft['ways']) => void
}

/** What is held, object by object, and where it goes. */
export function HandOverObjects({ holdings, draft, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <Table className={classes.table} aria-label={t('handover.what')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('handover.object')}</Table.Th>
          <Table.Th className={classes.count}>{t('handover.count')}</Table.Th>
          <Table.Th>{t('handover.receiver')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {holdings.objects.map((held) => (
          <Row
            key={held.object}
            held={held}
            without={holdings.user.id}
            finished={draft.finished}
            way={draft.ways[held.object] ?? SAME}
            onChange={(way) => onChange({ ...draft.ways, [held.object]: way })}
          />
        ))}
      </Table.Tbody>
    </Table>
  )
}

interface RowProps {
  held: HeldRecords
  without: string
  finished: boolean
  way: Way
  onChange: (way: Way) => void
}
function Row({ held, without, finished, way, onChange }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const goes = finished || held.unfinished === null ? held.all : held.unfinished
  return (
    <Table.Tr data-stays={way.kind === 'stay' || goes === 0 || undefined}>
      <Table.Th scope="row">{held.label}</Table.Th>
      <Table.Td className={classes.count}>
        <b className="num">{format.number(goes)}</b>
        {goes !== held.all && <small className="dim3"> / {format.number(held.all)}</small>}
      </Table.Td>
      <Table.Td>
        <Select
          aria-label={t('handover.otherFor', { object: held.label })}
          value={way.kind}
          allowDeselect={false}
          data={KINDS.map((value) => ({ value, label: t(`handover.${value}`) }))}
          onChange={(kind) => kind && onChange({ ...way, kind: kind as Way['kind'] })}
        />
        {way.kind === 'other' && (
          <People
            label={t('handover.otherFor', { object: held.label })}
            value={way.to}
            without={without}
            onChange={(to) => onChange({ ...way, to })}
          />
        )}
      </Table.Td>
    </Table.Tr>
  )
}
