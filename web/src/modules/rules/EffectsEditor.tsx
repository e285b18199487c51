import { MultiSelect, Select, Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fieldOf } from '@/metadata/hooks'
import type { Field, ObjectMeta } from '@/metadata/types'
import { type Draft, EFFECTS, type Effect } from './draft'

interface Props {
  object: ObjectMeta
  draft: Draft
  set: (change: Partial<Draft>) => void
}

/** Which fields an effect may be about. */
const FITS: Record<Effect, (field: Field, meta: ObjectMeta) => boolean> = {
  show: ({ key, required }, meta) => !required && key !== meta.title_field,
  hide: ({ key, required }, meta) => !required && key !== meta.title_field,
  require: ({ read_only: filled, system }) => !(filled || system),
  lock: ({ read_only: filled, system }) => !(filled || system),
}

/** What a rule does to fields; a gate asks for some to be filled. */
export function EffectsEditor({ object, draft, set }: Props) {
  const { t } = useTranslation()
  const { kind, effects } = draft
  if (kind === 'validation') return null
  const shown: readonly Effect[] = kind === 'gate' ? ['require'] : EFFECTS
  return (
    <Stack gap="sm">
      {shown.map((effect) => (
        <MultiSelect
          key={effect}
          label={kind === 'gate' ? t('rules.require') : t(`rules.effects.${effect}`)}
          searchable
          data={object.fields
            .filter((field) => !field.system && FITS[effect](field, object))
            .map(({ key, label }) => ({ value: key, label }))}
          value={effects[effect] ?? []}
          onChange={(keys) => set({ effects: { ...effects, [effect]: keys } })}
        />
      ))}
      {kind === 'display' && <Options {...{ object, draft, set }} />}
    </Stack>
  )
}

/** The options that are left of choices, a field at a time. */
function Options({ object, draft, set }: Props) {
  const { t } = useTranslation()
  const options = draft.effects.options ?? {}
  const change = (key: string, keys: string[] | null) => {
    const { [key]: _old, ...others } = options
    set({ effects: { ...draft.effects, options: keys ? { ...others, [key]: keys } : others } })
  }
  const free = object.fields.filter(
    ({ key, options: all, read_only: filled }) => all?.length && !filled && !(key in options),
  )
  return (
    <>
      {Object.entries(options).map(([key, keys]) => {
        const field = fieldOf(object, key)
        if (!field) return null
        return (
          <MultiSelect
            key={key}
            label={t('rules.optionsOf', { field: field.label })}
            clearable
            data={(field.options ?? []).map((one) => ({ value: one.key, label: one.label }))}
            value={keys}
            onChange={(next) => change(key, next.length ? next : null)}
          />
        )
      })}
      {free.length > 0 && (
        <Select
          label={t('rules.options')}
          placeholder={t('rules.addOptions')}
          searchable
          data={free.map(({ key, label }) => ({ value: key, label }))}
          value={null}
          onChange={(key) => {
            const field = key && fieldOf(object, key)
            if (field)
              change(
                key,
                (field.options ?? []).map((one) => one.key),
              )
          }}
        />
      )}
    </>
  )
}
