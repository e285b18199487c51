/** Words of the columns of a sub-table. */
export const columns = {
  title: 'Columns',
  one: 'Column {{number}}',
  add: 'Add column',
  remove: 'Remove column “{{name}}”',
  up: 'Move “{{name}}” up',
  down: 'Move “{{name}}” down',
  summed: 'Sum below the column',
  formulaHint: 'Such as round(quantity * price, 2), with the keys of columns: {{keys}}',
  bin: 'Removed columns keep their contents for 30 days.',
  restore: 'Restore “{{name}}”',
} as const

/** Words of roll-ups. */
export const rollUp = {
  over: 'Which records',
  function: 'How',
  of: 'Field',
  filter: 'Conditions',
  all: 'All records',
  conditions_one: '{{count}} condition',
  conditions_other: '{{count}} conditions',
  count: 'Count',
  sum: 'Sum',
  avg: 'Average',
  min: 'Least',
  max: 'Greatest',
} as const
