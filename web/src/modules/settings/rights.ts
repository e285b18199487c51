export const ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'export',
  'import',
  'bulk',
  'undo',
] as const
export type Action = (typeof ACTIONS)[number]
export const SCOPES = ['none', 'own', 'department', 'department_below', 'chosen', 'all'] as const
export type Scope = (typeof SCOPES)[number]
export type Grant = Exclude<Scope, 'chosen'> | { chosen: string[] }
export type Grants = Record<string, Partial<Record<Action, Grant>>>

export const SIGHTS = ['full', 'masked', 'none'] as const
export type Sight = (typeof SIGHTS)[number]
export interface FieldRule {
  read: Sight
  edit: boolean
}
export type FieldRules = Record<string, Record<string, FieldRule>>
export const FREE: FieldRule = { read: 'full', edit: true }

export const PERMISSIONS = [
  'admin.users',
  'admin.roles',
  'admin.fields',
  'admin.settings',
  'admin.data',
  'reveal',
  'look_up',
  'share',
  'undo',
  'purge',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/** The administrators' role, which is fixed. */
export const ADMINISTRATOR = 'administrator'

export const scopeOf = (grant: Grant | undefined): Scope =>
  grant === undefined ? 'none' : typeof grant === 'string' ? grant : 'chosen'
export const chosenOf = (grant: Grant | undefined): string[] =>
  typeof grant === 'object' ? grant.chosen : []

/** Rules without those that restrict nothing. */
export function withRule(rules: FieldRules, object: string, key: string, rule: FieldRule) {
  const { [key]: _old, ...others } = rules[object] ?? {}
  const free = rule.read === 'full' && rule.edit
  return { ...rules, [object]: free ? others : { ...others, [key]: rule } }
}
