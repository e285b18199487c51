import { TextInput, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { kindOf } from '@/fields/registry'
import type { Field } from '@/metadata/types'
import { useWord } from '@/modules/settings/words'
import { IconPlus } from '@/ui/icons'
import { fieldsIn, moveField, sectionsOf } from './body'
import classes from './Editor.module.css'
import { useEditing } from './editing'
import { useDrag } from './useDrag'

const MANY = 8
/** Fields that stand nowhere yet; a field dropped here leaves the layout. */
export function Palette() {
  const { t } = useTranslation()
  const { body, change, fields, active, tell } = useEditing()
  const word = useWord()
  const [sought, setSought] = useState('')
  const [root, landing] = useDrag<HTMLElement>({
    drag: null,
    accepts: ['field'],
    beside: false,
    onDrop: (_kind, id) => change((now) => moveField(now, id, null)),
  })
  const used = new Set(fieldsIn(body))
  const unused = [...fields.values()].filter(({ key }) => !used.has(key))
  const found = unused.filter(({ label, key }) =>
    `${label} ${key}`.toLowerCase().includes(sought.trim().toLowerCase()),
  )
  const sections = sectionsOf(body)
  const section = sections.find(({ key }) => key === active) ?? sections[0]
  const at = section ? sections.indexOf(section) + 1 : 0
  const name = section && word(section.labels, t('layouts.sectionNumber', { number: at }))
  const add = (field: Field) => {
    if (!section) return
    const index = section.columns[0]!.length
    change((now) => moveField(now, field.key, { section: section.key, column: 0, index }))
    const place = { field: field.label, section: name ?? '', column: 1, index: index + 1 }
    tell(t('layouts.moved', place))
  }
  return (
    <aside
      ref={root}
      className={classes.palette}
      aria-label={t('layouts.unused')}
      data-landing={landing ?? undefined}
    >
      <h3>
        {t('layouts.unused')} <span className="dim3 num">{unused.length}</span>
      </h3>
      {unused.length > 0 && name && <p>{t('layouts.unusedHint', { section: name })}</p>}
      {!unused.length && <p>{t('layouts.allUsed')}</p>}
      {unused.length > MANY && (
        <TextInput
          aria-label={t('layouts.search')}
          placeholder={t('layouts.search')}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      )}
      <ul>
        {found.map((field) => (
          <Unused key={field.key} field={field} onAdd={() => add(field)} />
        ))}
      </ul>
    </aside>
  )
}

function Unused({ field, onAdd }: { field: Field; onAdd: () => void }) {
  const { t } = useTranslation()
  const [root] = useDrag<HTMLLIElement>({
    drag: { kind: 'field', id: field.key },
    accepts: [],
    beside: false,
    onDrop: () => undefined,
  })
  const Sign = kindOf(field).icon
  return (
    <li ref={root}>
      <UnstyledButton
        className={classes.unused}
        aria-label={t('layouts.add', { field: field.label })}
        onClick={onAdd}
      >
        <Sign size={14} stroke={1.6} aria-hidden />
        <span className="trunc grow">{field.label}</span>
        <IconPlus size={13} aria-hidden />
      </UnstyledButton>
    </li>
  )
}
