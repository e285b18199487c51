import type { Shape } from '../shape'
import type { lines as zh } from '../zh/lines'

export const lines: Shape<typeof zh> = {
  count_one: '{{count}} line',
  count_other: '{{count}} lines',
  subtotal: 'Subtotal',
  tax: 'Tax',
  total: 'Total',
  add: 'Add line',
  first: 'Add lines',
  edit: 'Edit lines',
  empty: 'No lines yet',
  emptyHint: 'Choose products, type quantities and discounts: the totals follow.',
  menu: 'Line actions',
  menuOf: 'Actions of line {{row}}',
  cell: 'Line {{row}}: {{column}}',
  up: 'Move up',
  down: 'Move down',
  copy: 'Duplicate line',
  remove: 'Delete line',
  keys: 'Enter goes to the next line, Ctrl+⌫ deletes one, Alt+↑↓ moves it; tables can be pasted.',
  otherCurrency: 'Its list price is {{price}}: please type one in {{currency}}',
  unsaved: 'Not saved yet',
  locked: 'Locked: it can no longer be changed',
  leaveTitle: 'The lines are not saved',
  leaveBody: 'What you have just changed will be lost.',
  leave: 'Leave',
}
