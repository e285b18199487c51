import { Radio, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { recordQuery } from '@/api/records'
import type { Link, RecordData } from '@/api/types'
import { FieldInput } from '@/fields/Field'
import { isEmpty } from '@/fields/types'
import { fieldOf } from '@/metadata/hooks'
import { quickFields } from '@/records/form/useCreateForm'
import { useLikely } from '@/records/form/useLikely'
import { metadataIcon } from '@/ui/metadataIcons'
import classes from './Sales.module.css'
import { type Mode, PARTS, type Part } from './useConvert'

interface Props {
  part: Part
  lead: RecordData
  errors: Record<string, string>
  onChange: (next: Partial<Part>) => void
}

/** One of the three: how it comes about, and what it will hold. */
export function ConvertPart(props: Props) {
  const { part, onChange } = props
  const { t } = useTranslation()
  const Sign = metadataIcon(part.meta.icon)
  const modes: { value: Mode; label: string; disabled?: boolean }[] = [
    { value: 'create', label: t('sales.convert.create'), disabled: !part.meta.rights.create },
    { value: 'use', label: t('sales.convert.use'), disabled: !part.meta.rights.update },
    { value: 'none', label: t('sales.convert.none') },
  ]
  return (
    <section className={classes.part} aria-label={part.meta.label}>
      <header>
        <Sign size={16} stroke={1.7} aria-hidden />
        <h3>{part.meta.label}</h3>
        <span className="grow" />
        <SegmentedControl
          aria-label={t('sales.convert.modeOf', { part: part.meta.label })}
          size="xs"
          data={modes}
          value={part.mode}
          onChange={(mode) => onChange({ mode: mode as Mode })}
        />
      </header>
      {part.mode === 'create' && <Create {...props} />}
      {part.mode === 'use' && <Use {...props} />}
    </section>
  )
}

function Create({ part, errors, onChange }: Props) {
  // Errors of what is made stand under `create/`; the other two parts are linked by themselves.
  const at = (key: string) => errors[`create/${key}`]
  const faulty = Object.keys(errors).map((place) => place.replace('create/', ''))
  const quick = quickFields(part.meta, Object.fromEntries(faulty.map((key) => [key, ''])))
  const fields = quick.filter(({ key }) => key !== 'owner' && !PARTS.some((one) => one === key))
  return (
    <div className={classes.fields}>
      {fields.map((field) => (
        <FieldInput
          key={field.key}
          field={{ ...field, required: field.key === part.meta.title_field }}
          value={part.values[field.key] ?? null}
          error={at(field.key)}
          object={part.meta.object}
          record={part.values}
          onChange={(value) => onChange({ values: { ...part.values, [field.key]: value } })}
        />
      ))}
    </div>
  )
}

function Use({ part, errors, onChange }: Props) {
  const { t } = useTranslation()
  const { meta, chosen, start } = part
  const likely = useLikely(meta, start).flatMap(({ id, name, object, matched_on }) =>
    id && object === meta.object ? [{ link: { id, name: name ?? '', object }, matched_on }] : [],
  )
  const labels = (keys: string[]) => keys.map((key) => fieldOf(meta, key)?.label ?? key).join(', ')
  return (
    <div className={classes.use}>
      {likely.length > 0 && (
        <Radio.Group
          label={t('sales.convert.likely')}
          value={chosen?.id ?? ''}
          onChange={(id) =>
            onChange({ chosen: likely.find(({ link }) => link.id === id)?.link ?? null })
          }
        >
          {likely.map(({ link, matched_on }) => (
            <Radio
              key={link.id}
              value={link.id}
              mt={6}
              label={link.name}
              description={t('sales.convert.matched', { fields: labels(matched_on) })}
            />
          ))}
        </Radio.Group>
      )}
      <FieldInput
        field={{
          key: part.key,
          type: 'link',
          target: meta.object,
          label: t('sales.convert.choose', { object: meta.label }),
        }}
        value={chosen}
        error={errors.id}
        onChange={(value) => onChange({ chosen: value as Link | null })}
      />
      {chosen && <Fills part={part} chosen={chosen} />}
    </div>
  )
}

/** Which empty fields of the chosen record the lead will fill. */
function Fills({ part: { meta, start }, chosen }: { part: Part; chosen: Link }) {
  const { t } = useTranslation()
  const { data } = useQuery(recordQuery(meta, chosen.id))
  if (!data) return null
  const filled = Object.keys(start).filter((key) => key !== 'name' && isEmpty(data[key]))
  const fields = filled.map((key) => fieldOf(meta, key)?.label ?? key).join(', ')
  return (
    <p className={classes.fills} role="status">
      {fields ? t('sales.convert.fills', { fields }) : t('sales.convert.fillsNothing')}
    </p>
  )
}
