import type { EntryProps } from '@/records/record/parts'
import { Time } from '@/ui/Time'
import classes from './Activity.module.css'
import { FileLine } from './FileLine'

export function FileEntry({ entry }: EntryProps) {
  return (
    <>
      <FileLine file={entry.record} />
      <footer className={classes.by}>
        {entry.actor?.name} <Time at={entry.at} />
      </footer>
    </>
  )
}
