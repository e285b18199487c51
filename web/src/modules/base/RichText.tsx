import { Fragment } from 'react'
import classes from './Activity.module.css'

const INLINE = /@\[([^\]\n]{1,120})\]\(user:[0-9a-f-]{36}\)|\*\*([^*\n]+)\*\*/g

/** Mentions as names and **bold**, within one line. */
function Line({ text }: { text: string }) {
  const parts = []
  let from = 0
  for (const match of text.matchAll(INLINE)) {
    parts.push(text.slice(from, match.index))
    parts.push(
      match[1] ? (
        <span key={match.index} className={classes.mention}>
          @{match[1]}
        </span>
      ) : (
        <strong key={match.index}>{match[2]}</strong>
      ),
    )
    from = match.index + match[0].length
  }
  return [...parts, text.slice(from)]
}

/** The text of an activity as it is stored: lines, `- ` items, bold words and mentions. */
export function RichText({ text }: { text: string }) {
  const lines = text.split('\n')
  return (
    <div className={classes.text}>
      {lines.map((line, index) => {
        const item = line.startsWith('- ')
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity but their place
          <Fragment key={index}>
            <p data-item={item || undefined}>
              <Line text={item ? line.slice(2) : line} />
            </p>
          </Fragment>
        )
      })}
    </div>
  )
}
