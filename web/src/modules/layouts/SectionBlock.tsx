import { ActionIcon, Checkbox, SegmentedControl } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { BodySection, BodyTab } from '@/api/layouts'
import { useWord } from '@/modules/settings/words'
import { IconTrash } from '@/ui/icons'
import { dropSection, moveField, moveSection, type Step, setColumns, setSection } from './body'
import classes from './Editor.module.css'
import { useEditing } from './editing'
import { FieldChip } from './FieldChip'
import { MoveHandle } from './MoveHandle'
import { Title } from './Title'
import { useDrag } from './useDrag'

interface Props {
  tab: BodyTab
  section: BodySection
  index: number
}

/** A section with its columns of fields. */
export function SectionBlock({ tab, section, index }: Props) {
  const { t } = useTranslation()
  const { body, change, active, setActive, tell, place } = useEditing()
  const word = useWord()
  const handle = useRef<HTMLButtonElement>(null)
  const { key, columns } = section
  const fallback = t('layouts.sectionNumber', { number: index + 1 })
  const name = word(section.labels, fallback)
  const [root, landing] = useDrag<HTMLElement>({
    drag: { kind: 'section', id: key },
    handle,
    accepts: ['section'],
    beside: true,
    onDrop: (_kind, id, after) =>
      change((now) => moveSection(now, id, tab.key, index + (after ? 1 : 0))),
  })
  /** Past the ends of its tab a section goes on into the next. */
  const step = (to: Step) => {
    const up = to === 'up'
    const at = body.tabs.findIndex((one) => one.key === tab.key)
    const inside = up ? index > 0 : index < tab.sections.length - 1
    const next = inside ? tab : body.tabs[at + (up ? -1 : 1)]
    if (!next) return
    const end = up ? next.sections.length : 0
    const place = inside ? (up ? index - 1 : index + 2) : end
    change((now) => moveSection(now, key, next.key, place))
    tell(t('layouts.movedPart', { name, index: place + 1 }), `section-${key}`)
  }
  return (
    <section
      ref={root}
      className={classes.section}
      aria-label={name}
      data-landing={landing ?? undefined}
      data-active={active === key || undefined}
      onFocus={() => setActive(key)}
      onMouseDown={() => setActive(key)}
    >
      <header>
        <MoveHandle
          kind="section"
          id={key}
          name={name}
          ref={handle}
          steps={['up', 'down']}
          onStep={step}
        />
        <Title
          labels={section.labels}
          fallback={t('layouts.noTitle')}
          onChange={(labels) => change((now) => setSection(now, key, { labels }))}
        />
        <span className="grow" />
        {place === 'record' && (
          <Checkbox
            size="xs"
            label={t('layouts.collapsed')}
            checked={section.collapsed}
            onChange={(event) => {
              const collapsed = event.currentTarget.checked
              change((now) => setSection(now, key, { collapsed }))
            }}
          />
        )}
        <SegmentedControl
          size="xs"
          aria-label={`${t('layouts.columns')}: ${name}`}
          data={[
            { value: '1', label: t('layouts.oneColumn') },
            { value: '2', label: t('layouts.twoColumns') },
          ]}
          value={String(columns.length)}
          onChange={(count) => change((now) => setColumns(now, key, Number(count)))}
        />
        <ActionIcon
          aria-label={t('layouts.removeSection', { name })}
          title={t('layouts.removeSection', { name })}
          onClick={() => change((now) => dropSection(now, key))}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </header>
      <div className={classes.columns} data-columns={columns.length}>
        {columns.map((keys, column) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
          <Column key={column} section={section} name={name} column={column} keys={keys} />
        ))}
      </div>
    </section>
  )
}

interface ColumnProps {
  section: BodySection
  name: string
  column: number
  keys: string[]
}
function Column({ section, name, column, keys }: ColumnProps) {
  const { t } = useTranslation()
  const { change } = useEditing()
  const [root, landing] = useDrag<HTMLUListElement>({
    drag: null,
    accepts: ['field'],
    beside: false,
    onDrop: (_kind, id) =>
      change((now) => {
        const without = moveField(now, id, null)
        const index = keys.filter((each) => each !== id).length
        return moveField(without, id, { section: section.key, column, index })
      }),
  })
  const number = column + 1
  return (
    <ul
      ref={root}
      className={classes.column}
      aria-label={t('layouts.column', { section: name, number })}
      data-landing={landing ?? undefined}
    >
      {keys.map((key, index) => (
        <FieldChip
          key={key}
          fieldKey={key}
          spot={{ section: section.key, column, index }}
          section={name}
          columns={section.columns.length}
        />
      ))}
      {!keys.length && <li className={classes.empty}>{t('layouts.empty')}</li>}
    </ul>
  )
}
