import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Difference } from '@/api/configuring'
import { findObject, useObjects } from '@/metadata/hooks'
import { Tag } from '@/ui/Tag'
import { Unfold } from '@/ui/Unfold'
import classes from './Configuring.module.css'
import { Sides } from './Sides'

const COLOURS = { added: 'green', changed: 'blue', removed: 'red' } as const
const SECTIONS = ['company', 'custom_objects', 'custom_fields', 'records', 'views'] as const

/** What a file would change, an item a line that unfolds to its two sides. */
export function Differences({ changes }: { changes: Difference[] }) {
  return (
    <ul className={classes.list}>
      {changes.map((one) => (
        <Item key={one.pointer} difference={one} />
      ))}
    </ul>
  )
}

function Item({ difference }: { difference: Difference }) {
  const { t } = useTranslation()
  const objects = useObjects()
  const [open, setOpen] = useState(false)
  const { section, object, key, change, lines } = difference
  const known = SECTIONS.find((one) => one === section)
  const about = findObject(objects, object ?? undefined)?.label ?? object
  const words = [section === 'records' ? null : known && t(`configuring.sections.${known}`), about]
  const rows = lines.map((line, place) => ({ ...line, key: String(place) }))
  const only = { added: 'after', removed: 'before', changed: undefined } as const
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <Tag colour={COLOURS[change]}>{t(`configuring.changes.${change}`)}</Tag>
        <span className={classes.words}>
          {section !== 'company' && <b>{key}</b>} <small>{words.filter(Boolean).join(' · ')}</small>
        </span>
        <Unfold open={open} onToggle={setOpen} />
      </div>
      {open && (
        <div className={classes.contents}>
          <Sides rows={rows} only={only[change]} />
        </div>
      )}
    </li>
  )
}
