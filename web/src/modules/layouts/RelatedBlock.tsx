import { ActionIcon, MultiSelect, Select } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { BodyList } from '@/api/layouts'
import { useObject } from '@/metadata/hooks'
import { useWord } from '@/modules/settings/words'
import { IconEye, IconEyeOff } from '@/ui/icons'
import { listName, moveList, type Step, setList } from './body'
import classes from './Editor.module.css'
import { useEditing } from './editing'
import { MoveHandle } from './MoveHandle'
import { useDrag } from './useDrag'

/** Lists of records that point here: their order, their columns, and which are not shown. */
export function RelatedBlock() {
  const { t } = useTranslation()
  const { body, lists } = useEditing()
  if (!lists.size) return null
  return (
    <section className={classes.tab} aria-label={t('layouts.related')}>
      <header>
        <h3>{t('layouts.related')}</h3>
        <small className="dim3">{t('layouts.relatedHint')}</small>
      </header>
      <ul className={classes.lists}>
        {body.related.map((one, index) => (
          <Row key={listName(one)} one={one} index={index} />
        ))}
      </ul>
    </section>
  )
}

const MOST = 10
function Row({ one, index }: { one: BodyList; index: number }) {
  const { t } = useTranslation()
  const { body, change, lists, tell } = useEditing()
  const word = useWord()
  const id = listName(one)
  const target = useObject(one.object)
  const handle = useRef<HTMLButtonElement>(null)
  const label = lists.get(id)?.label ?? one.object
  const link = target?.fields.find(({ key }) => key === one.field)?.label
  // An object may point here by several links; then the link tells the lists apart.
  const alike = body.related.filter(({ object }) => object === one.object).length > 1
  const name = alike && link ? `${label} · ${link}` : label
  const [root, landing] = useDrag<HTMLLIElement>({
    drag: { kind: 'list', id },
    handle,
    accepts: ['list'],
    beside: true,
    onDrop: (_kind, other, after) => change((now) => moveList(now, other, index + (after ? 1 : 0))),
  })
  const step = (to: Step) => {
    const at = to === 'up' ? index - 1 : index + 2
    change((now) => moveList(now, id, at))
    tell(t('layouts.movedPart', { name, index: at + 1 }), `list-${id}`)
  }
  const tabs = body.tabs.map((tab, at) => ({
    value: tab.key,
    label: word(tab.labels, t('layouts.tabNumber', { number: at + 1 })),
  }))
  return (
    <li
      ref={root}
      className={classes.list}
      data-landing={landing ?? undefined}
      data-hidden={one.hidden || undefined}
    >
      <MoveHandle
        kind="list"
        id={id}
        name={name}
        ref={handle}
        steps={['up', 'down']}
        onStep={step}
      />
      <b className="trunc">{name}</b>
      {one.hidden ? (
        <span className="dim3 grow">{t('layouts.hidden')}</span>
      ) : (
        <>
          <MultiSelect
            className="grow"
            size="xs"
            aria-label={t('layouts.listColumns', { name })}
            placeholder={one.columns.length ? undefined : t('layouts.listColumnsHint')}
            searchable
            maxValues={MOST}
            data={(target?.fields ?? [])
              .filter(({ key }) => key !== one.field)
              .map(({ key, label: of }) => ({ value: key, label: of }))}
            value={one.columns}
            onChange={(columns) => change((now) => setList(now, id, { columns }))}
          />
          <Select
            size="xs"
            w={150}
            aria-label={t('layouts.where', { name })}
            data={[{ value: '', label: t('layouts.besideRight') }, ...tabs]}
            value={one.tab ?? ''}
            allowDeselect={false}
            onChange={(tab) => change((now) => setList(now, id, { tab: tab || null }))}
          />
        </>
      )}
      <ActionIcon
        aria-label={t(one.hidden ? 'layouts.show' : 'layouts.hide', { name })}
        onClick={() => change((now) => setList(now, id, { hidden: !one.hidden }))}
      >
        {one.hidden ? <IconEyeOff size={15} /> : <IconEye size={15} />}
      </ActionIcon>
    </li>
  )
}
