import type { Shape } from '../shape'
import type { permissionNames as zh } from '../zh/permissionNames'

export const permissionNames: Shape<typeof zh> = {
  'admin.users': 'Manage users and departments',
  'admin.roles': 'Manage roles and rights',
  'admin.fields': 'Manage fields and objects',
  'admin.settings': 'Change company settings',
  'admin.data': 'Manage demo data',
  reveal: 'Show masked values',
  look_up: 'Ask whether a customer is known, also to others (names half hidden)',
  share: 'Share records',
  undo: 'Undo changes',
  purge: 'Delete for good',
}
