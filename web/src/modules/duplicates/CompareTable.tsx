import { Radio } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Evidence } from '@/api/duplicates'
import type { RecordData } from '@/api/types'
import { FieldDisplay } from '@/fields/Field'
import type { ObjectMeta } from '@/metadata/types'
import { Avatar } from '@/ui/Avatar'
import { Time } from '@/ui/Time'
import { type Line, sideOf } from './choosing'
import classes from './Duplicates.module.css'

const SIDES = [0, 1] as const
const LEVELS = ['different', 'partly', 'near', 'same', 'equal'] as const

interface Props {
  metas: [ObjectMeta, ObjectMeta]
  records: [RecordData, RecordData]
  lines: Line[]
  /** The record that stays; none where the two cannot be merged. */
  kept: 0 | 1 | undefined
  onKeep: (side: 0 | 1) => void
  choosable: ReadonlySet<string>
  chosen: Record<string, 0 | 1>
  onChoose: (key: string, side: 0 | 1) => void
}

/** Field by field, differences marked; a radio where one may choose. */
export function CompareTable({ metas, records, lines, kept, onKeep, ...choice }: Props) {
  const { t } = useTranslation()
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col" className={classes.fieldHead}>
            {t('duplicates.field')}
          </th>
          {SIDES.map((side) => (
            <th key={side} scope="col" data-kept={kept === side || undefined}>
              <Link
                to="/$path/$id"
                params={{ path: metas[side].path, id: records[side].id }}
                className="person link"
              >
                <Avatar name={records[side].name} size={20} square />
                <span>{records[side].name}</span>
              </Link>
              <span className={classes.facts}>
                {metas[side].label} · <Time at={String(records[side].created_at)} />
              </span>
              {kept !== undefined && (
                <Radio
                  size="xs"
                  name="kept"
                  checked={kept === side}
                  label={kept === side ? t('duplicates.kept') : t('duplicates.keep')}
                  onChange={() => onKeep(side)}
                />
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Row key={line.field.key} line={line} records={records} kept={kept} {...choice} />
        ))}
      </tbody>
    </table>
  )
}

type RowProps = Omit<Props, 'metas' | 'lines' | 'onKeep'> & { line: Line }
function Row({ line, records, kept, choosable, chosen, onChoose }: RowProps) {
  const { field, values, same, evidence } = line
  const stays = kept === undefined || same ? undefined : sideOf(line, kept, chosen)
  const free = stays !== undefined && choosable.has(field.key)
  return (
    <tr data-same={same || undefined}>
      <th scope="row">
        <span>{field.label}</span>
        {evidence.map((each) => (
          <Says key={each.field} evidence={each} />
        ))}
      </th>
      {SIDES.map((side) => (
        <td key={side} data-stays={free && stays === side ? true : undefined}>
          {free ? (
            <Radio
              size="xs"
              name={field.key}
              checked={stays === side}
              onChange={() => onChoose(field.key, side)}
              label={<FieldDisplay field={field} value={values[side]} record={records[side]} />}
            />
          ) : (
            <FieldDisplay field={field} value={values[side]} record={records[side]} />
          )}
        </td>
      ))}
    </tr>
  )
}

/** How alike the two are here, in a word; what it weighs on hover. */
function Says({ evidence: { level, weight } }: { evidence: Evidence }) {
  const { t } = useTranslation()
  const word = t(`duplicates.levels.${LEVELS[level]}`)
  const title = t('duplicates.says', { level: word, weight: weight.toFixed(1) })
  return (
    <span className={classes.says} title={title} data-for={weight > 0 || undefined}>
      {word}
    </span>
  )
}
