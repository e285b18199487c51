import { lazy } from 'react'
import { IconBlockquote } from '@/ui/icons'
import classes from './rich.module.css'
import { wordsOf } from './richWords'
import { TextChip, TextFilter } from './text'
import { type DisplayProps, defineKind, type InputProps } from './types'

// the editor is as heavy as it is seldom needed
const RichEditor = lazy(() => import('./RichEditor'))

const RichCell = ({ value }: DisplayProps<string>) => (
  <span className="trunc">{wordsOf(value)}</span>
)

/** The server keeps harmless elements only; a browser without it has the policy that lets no script run. */
function RichDisplay({ value }: DisplayProps<string>) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by the server when it was stored
  return <div className={classes.text} dangerouslySetInnerHTML={{ __html: value }} />
}

export const richText = defineKind<string>({
  icon: IconBlockquote,
  width: 240,
  Display: RichDisplay,
  Cell: RichCell,
  Input: (props: InputProps<string>) => <RichEditor {...props} />,
  Filter: TextFilter,
  Chip: TextChip,
  startOp: 'contains',
  toText: wordsOf,
  fromText: (pasted) => pasted,
})
