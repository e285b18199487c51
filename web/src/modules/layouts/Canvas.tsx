import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element'
import { Button } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body, SeenLayout } from '@/api/layouts'
import type { Field, ObjectMeta, PagePlace } from '@/metadata/types'
import { IconPlus } from '@/ui/icons'
import { addTab, LIMITS, listName } from './body'
import classes from './Editor.module.css'
import { EditingContext } from './editing'
import { Palette } from './Palette'
import { RelatedBlock } from './RelatedBlock'
import { TabBlock } from './TabBlock'

interface Props {
  meta: ObjectMeta
  place: PagePlace
  seen: SeenLayout
  body: Body
  change: (step: (body: Body) => Body) => void
}

const UNPLACED = ['id', 'version']
/** What a place may hold: of a form what can be filled. */
const placeable = (place: PagePlace, field: Field) =>
  place === 'form' ? !field.read_only && !field.system : !UNPLACED.includes(field.key)

/** Unused fields beside the tabs that they are put into. */
export function Canvas({ meta, place, seen, body, change }: Props) {
  const { t } = useTranslation()
  const root = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | null>(null)
  const [told, setTold] = useState({ message: '', focus: '' })
  useEffect(() => {
    const scroller = root.current?.closest('[data-scrolls]')
    if (scroller) return autoScrollForElements({ element: scroller })
  }, [])
  // Moved into another column, a part is drawn anew: the focus follows it.
  useEffect(() => {
    if (!told.focus || !body) return
    root.current?.querySelector<HTMLElement>(`[data-moves="${told.focus}"]`)?.focus()
  }, [told, body])
  const parts = useMemo(
    () => ({
      fields: new Map(
        seen.fields.filter((one) => placeable(place, one)).map((one) => [one.key, one]),
      ),
      lists: new Map(seen.lists.map((one) => [listName(one), one])),
      needed: new Set(seen.needed),
    }),
    [seen, place],
  )
  const tell = (message: string, focus = '') => setTold({ message, focus })
  return (
    <EditingContext value={{ meta, place, body, change, active, setActive, tell, ...parts }}>
      <div ref={root} className={classes.canvas}>
        <Palette />
        <div className={classes.tabs}>
          {body.tabs.map((tab, index) => (
            <TabBlock key={tab.key} tab={tab} index={index} />
          ))}
          <Button
            leftSection={<IconPlus size={14} />}
            disabled={body.tabs.length >= LIMITS.tabs}
            onClick={() => change((now) => addTab(now))}
          >
            {t('layouts.addTab')}
          </Button>
          {place === 'record' && <RelatedBlock />}
        </div>
      </div>
      <div role="status" aria-live="polite" className={classes.told}>
        {told.message}
      </div>
    </EditingContext>
  )
}
