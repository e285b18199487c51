import type { Body, BodyList, BodySection, BodyTab } from '@/api/layouts'

/** Where a field stands: in a column of a section, before the field that is at `index` now. */
export interface Spot {
  section: string
  column: number
  index: number
}
export type Step = 'up' | 'down' | 'left' | 'right'

export const LIMITS = { tabs: 20, sections: 50, fields: 300, columns: 2 }

export const sectionsOf = (body: Body) => body.tabs.flatMap(({ sections }) => sections)
export const fieldsIn = (body: Body) => sectionsOf(body).flatMap(({ columns }) => columns.flat())
export const listName = ({ object, field }: Pick<BodyList, 'object' | 'field'>) =>
  `${object}.${field}`

export function spotOf(body: Body, key: string): Spot | null {
  for (const { key: section, columns } of sectionsOf(body)) {
    for (const [column, keys] of columns.entries()) {
      const index = keys.indexOf(key)
      if (index >= 0) return { section, column, index }
    }
  }
  return null
}

const withSection = (body: Body, key: string, change: (one: BodySection) => BodySection): Body => ({
  ...body,
  tabs: body.tabs.map((tab) => ({
    ...tab,
    sections: tab.sections.map((one) => (one.key === key ? change(one) : one)),
  })),
})
export const setSection = (body: Body, key: string, change: Partial<BodySection>) =>
  withSection(body, key, (one) => ({ ...one, ...change }))
export const setTab = (body: Body, key: string, change: Partial<BodyTab>): Body => ({
  ...body,
  tabs: body.tabs.map((tab) => {
    if (tab.key === key) return { ...tab, ...change }
    // one tab at most stands beside the timeline
    return change.aside ? { ...tab, aside: false } : tab
  }),
})

/** Puts a field to a spot, wherever it was before; null takes it off the layout. */
export function moveField(body: Body, key: string, to: Spot | null): Body {
  const from = spotOf(body, key)
  if (!to && !from) return body
  const without = from
    ? withSection(body, from.section, (one) => ({
        ...one,
        columns: one.columns.map((keys) => keys.filter((each) => each !== key)),
      }))
    : body
  if (!to) return without
  const behind = from?.section === to.section && from.column === to.column && from.index < to.index
  const index = behind ? to.index - 1 : to.index
  return withSection(without, to.section, (one) => ({
    ...one,
    columns: one.columns.map((keys, column) =>
      column === to.column ? keys.toSpliced(index, 0, key) : keys,
    ),
  }))
}

/** One step by key or button: within its column, on into the next section, across columns. */
export function stepField(body: Body, key: string, step: Step): Body {
  const at = spotOf(body, key)
  const tab = body.tabs.find(({ sections }) => sections.some((one) => one.key === at?.section))
  if (!at || !tab) return body
  const place = tab.sections.findIndex((one) => one.key === at.section)
  const { columns } = tab.sections[place]!
  if (step === 'left' || step === 'right') {
    const column = at.column + (step === 'left' ? -1 : 1)
    const there = columns[column]
    if (!there) return body
    return moveField(body, key, { ...at, column, index: Math.min(at.index, there.length) })
  }
  const up = step === 'up'
  const index = up ? at.index - 1 : at.index + 2
  if (index >= 0 && index <= columns[at.column]!.length)
    return moveField(body, key, { ...at, index })
  const next = tab.sections[place + (up ? -1 : 1)]
  if (!next) return body
  const column = Math.min(at.column, next.columns.length - 1)
  const end = up ? next.columns[column]!.length : 0
  return moveField(body, key, { section: next.key, column, index: end })
}

/** Two columns become one: the second follows the first. */
export const setColumns = (body: Body, key: string, count: number) =>
  withSection(body, key, (one) => ({
    ...one,
    columns: count === 1 ? [one.columns.flat()] : [one.columns[0] ?? [], one.columns[1] ?? []],
  }))

const free = (letter: string, taken: string[]) => {
  let number = taken.length + 1
  while (taken.includes(`${letter}${number}`)) number++
  return `${letter}${number}`
}

export function addSection(body: Body, tab: string): Body {
  const key = free(
    'section',
    sectionsOf(body).map((one) => one.key),
  )
  const made = { key, labels: {}, collapsed: false, columns: [[]] }
  return {
    ...body,
    tabs: body.tabs.map((one) =>
      one.key === tab ? { ...one, sections: [...one.sections, made] } : one,
    ),
  }
}
export function addTab(body: Body): Body {
  const key = free(
    'tab',
    body.tabs.map((one) => one.key),
  )
  const tabs = [...body.tabs, { key, labels: {}, aside: false, sections: [] }]
  return addSection({ ...body, tabs }, key)
}

export const dropSection = (body: Body, key: string): Body => ({
  ...body,
  tabs: body.tabs.map((tab) => ({
    ...tab,
    sections: tab.sections.filter((one) => one.key !== key),
  })),
})
export const dropTab = (body: Body, key: string): Body => ({
  ...body,
  tabs: body.tabs.filter((tab) => tab.key !== key),
  related: body.related.map((one) => (one.tab === key ? { ...one, tab: null } : one)),
})

/** Puts a section before the one that is at `index` of a tab now. */
export function moveSection(body: Body, key: string, tab: string, index: number): Body {
  const moved = sectionsOf(body).find((one) => one.key === key)
  if (!moved) return body
  const home = body.tabs.find(({ sections }) => sections.includes(moved))!
  const from = home.sections.indexOf(moved)
  const at = home.key === tab && from < index ? index - 1 : index
  const without = dropSection(body, key)
  return {
    ...without,
    tabs: without.tabs.map((one) =>
      one.key === tab ? { ...one, sections: one.sections.toSpliced(at, 0, moved) } : one,
    ),
  }
}

/** Puts something before what is at `index` of its row now. */
export function moved<T>(row: T[], from: number, index: number): T[] {
  const one = row[from]
  if (one === undefined || index < 0 || index > row.length) return row
  return row.toSpliced(from, 1).toSpliced(from < index ? index - 1 : index, 0, one)
}
export const moveTab = (body: Body, key: string, index: number): Body => ({
  ...body,
  tabs: moved(
    body.tabs,
    body.tabs.findIndex((tab) => tab.key === key),
    index,
  ),
})
export const moveList = (body: Body, name: string, index: number): Body => ({
  ...body,
  related: moved(
    body.related,
    body.related.findIndex((one) => listName(one) === name),
    index,
  ),
})
export const setList = (body: Body, name: string, change: Partial<BodyList>): Body => ({
  ...body,
  related: body.related.map((one) => (listName(one) === name ? { ...one, ...change } : one)),
})
