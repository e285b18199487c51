import { ActionIcon, Button, Switch } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { BodyTab } from '@/api/layouts'
import { useWord } from '@/modules/settings/words'
import { IconPlus, IconTrash } from '@/ui/icons'
import {
  addSection,
  dropTab,
  LIMITS,
  moveSection,
  moveTab,
  type Step,
  sectionsOf,
  setTab,
} from './body'
import classes from './Editor.module.css'
import { useEditing } from './editing'
import { MoveHandle } from './MoveHandle'
import { SectionBlock } from './SectionBlock'
import { Title } from './Title'
import { useDrag } from './useDrag'

/** A tab with its sections, one below the other: what the reader sees apart is arranged together. */
export function TabBlock({ tab, index }: { tab: BodyTab; index: number }) {
  const { t } = useTranslation()
  const { body, change, place, tell } = useEditing()
  const word = useWord()
  const handle = useRef<HTMLButtonElement>(null)
  const name = word(tab.labels, t('layouts.tabNumber', { number: index + 1 }))
  const [root, landing] = useDrag<HTMLElement>({
    drag: { kind: 'tab', id: tab.key },
    handle,
    accepts: ['tab', 'section'],
    beside: true,
    onDrop: (kind, id, after) =>
      change((now) =>
        kind === 'tab'
          ? moveTab(now, id, index + (after ? 1 : 0))
          : moveSection(now, id, tab.key, after ? tab.sections.length : 0),
      ),
  })
  const step = (to: Step) => {
    const at = to === 'up' ? index - 1 : index + 2
    change((now) => moveTab(now, tab.key, at))
    tell(t('layouts.movedPart', { name, index: at + 1 }), `tab-${tab.key}`)
  }
  return (
    <section
      ref={root}
      className={classes.tab}
      aria-label={name}
      data-landing={landing ?? undefined}
    >
      <header>
        <MoveHandle
          kind="tab"
          id={tab.key}
          name={name}
          ref={handle}
          steps={['up', 'down']}
          onStep={step}
        />
        <Title
          labels={tab.labels}
          fallback={t('layouts.tabNumber', { number: index + 1 })}
          onChange={(labels) => change((now) => setTab(now, tab.key, { labels }))}
        />
        <span className="grow" />
        {place === 'record' && (
          <Switch
            size="xs"
            label={t('layouts.aside')}
            checked={tab.aside}
            onChange={(event) => {
              const aside = event.currentTarget.checked
              change((now) => setTab(now, tab.key, { aside }))
            }}
          />
        )}
        <ActionIcon
          aria-label={t('layouts.removeTab', { name })}
          title={t('layouts.removeTab', { name })}
          disabled={body.tabs.length < 2}
          onClick={() => change((now) => dropTab(now, tab.key))}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </header>
      {tab.sections.map((section, at) => (
        <SectionBlock key={section.key} tab={tab} section={section} index={at} />
      ))}
      <Button
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        disabled={sectionsOf(body).length >= LIMITS.sections}
        onClick={() => change((now) => addSection(now, tab.key))}
      >
        {t('layouts.addSection')}
      </Button>
    </section>
  )
}
