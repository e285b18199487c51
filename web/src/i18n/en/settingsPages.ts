import type { Shape } from '../shape'
import type { pages as zh } from '../zh/settingsPages'

export const pages: Shape<typeof zh> = {
  profile: 'Profile',
  security: 'Sign-in and security',
  tokens: 'API tokens',
  users: 'Users',
  departments: 'Departments',
  roles: 'Roles and rights',
  sharing: 'Sharing rules',
  rules: 'Record rules',
  reads: 'Registers',
  fields: 'Custom fields',
  objects: 'Custom objects',
  layouts: 'Layouts',
  company: 'Company settings',
  history: 'Settings history',
  files: 'Configuration file',
}
