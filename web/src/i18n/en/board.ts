import type { Shape } from '../shape'
import type { board as zh } from '../zh/board'

export const board: Shape<typeof zh> = {
  choose: 'Choose a pipeline',
  add: 'New in “{{name}}”',
  fold: 'Collapse “{{name}}”',
  unfold: 'Expand “{{name}}”',
  weighted: 'weighted {{amount}}',
  weightedHint: 'Sum × stage probability {{percent}}%',
  empty: 'Empty',
  byAction:
    'States move by actions: drag a card to its next column, or use the buttons of the record.',
  byItself: 'States follow the business by themselves and are not dragged.',
  settings: 'Board settings',
  columnsBy: 'Columns by',
  sumOf: 'Sum in the head of a column',
  limitOf: 'Most cards in “{{name}}”',
  noLimit: 'No limit',
  overLimit: 'More than the limit of {{limit}}',
  noColumns: 'No stages yet',
  moveCard: 'Move “{{name}}”',
  rotting_one: 'No progress for {{count}} day',
  rotting_other: 'No progress for {{count}} days',
  days_one: '{{count}} day',
  days_other: '{{count}} days',
}
