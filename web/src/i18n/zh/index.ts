import { activity } from './activity'
import { common } from './common'
import { fields } from './fields'
import { form } from './form'
import { list } from './list'
import { record } from './record'
import { shell } from './shell'

export const zh = { common, shell, fields, list, form, record, activity } as const
