import type { Shape } from '../shape'
import type { form as zh } from '../zh/form'

export const form: Shape<typeof zh> = {
  required: 'Required',
  saveAndNew: 'Save and create another',
  moreFields: 'Show all fields',
  fewerFields: 'Show required fields only',
  duplicateTitle: 'This may exist already',
  duplicateHint: 'These records look alike. Make sure it is not the same one before you go on.',
  duplicateOn: 'Same: {{fields}}',
  duplicateClose: 'Close in {{fields}}',
  duplicateUnseen: 'A record you may not see',
  createAnyway: 'Create anyway',
  created: '“{{name}}” created',
  draft: 'Your unsaved input was restored',
  discardDraft: 'Discard',
  tab: 'Part {{number}}',
  fixErrors: 'Please correct the fields marked in red',
  invalidEmail: 'This is not an email address',
  invalidUrl: 'This is not a web address',
  invalidNumber: 'Please enter a number',
}
