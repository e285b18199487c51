import Mention from '@tiptap/extension-mention'
import type { SuggestionProps } from '@tiptap/suggestion'
import { ask } from '@/api/client'
import type { Page } from '@/api/types'
import classes from './Activity.module.css'

export interface Person {
  id: string
  label: string
}
/** What the pop-up under the caret shows; null when it is closed. */
export interface MentionMenu {
  people: Person[]
  active: number
  place: DOMRect | null
  choose: (person: Person) => void
}
type Props = SuggestionProps<Person, Person>

const SHOWN = 6
async function findPeople(query: string): Promise<Person[]> {
  const q = query.trim() || undefined
  const filter = { field: 'active', op: 'is', value: true }
  const body = { q, filter, fields: ['id', 'name'], limit: SHOWN, count: 'none' }
  const page = await ask<Page>('/users/query', body).catch(() => ({ items: [] }))
  return page.items.map(({ id, name }) => ({ id, label: name }))
}

/** The @ extension; `show` is told what its pop-up shows. */
export function mentionExtension(show: (menu: MentionMenu | null) => void) {
  let props: Props | null = null
  let active = 0
  const draw = () => {
    if (!props) return show(null)
    const { items, command, clientRect } = props
    show({ people: items, active, choose: command, place: clientRect?.() ?? null })
  }
  return Mention.configure({
    HTMLAttributes: { class: classes.mention },
    suggestion: {
      items: ({ query }) => findPeople(query),
      render: () => ({
        onStart: (next: Props) => {
          props = next
          active = 0
          draw()
        },
        onUpdate: (next: Props) => {
          props = next
          active = Math.min(active, Math.max(0, next.items.length - 1))
          draw()
        },
        onKeyDown: ({ event }) => {
          if (!props || event.isComposing) return false
          const { items, command } = props
          if (event.key === 'Escape') {
            props = null
            show(null)
            return true
          }
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            const step = event.key === 'ArrowDown' ? 1 : -1
            active = (active + step + items.length) % Math.max(1, items.length)
            draw()
            return true
          }
          const chosen = items[active]
          if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
            command(chosen)
            return true
          }
          return false
        },
        onExit: () => {
          props = null
          show(null)
        },
      }),
    },
  })
}
