import type { Shape } from '../shape'
import type { zh } from '../zh'
import { common } from './common'
import { fields } from './fields'
import { form } from './form'
import { list } from './list'
import { shell } from './shell'

export const en: Shape<typeof zh> = { common, shell, fields, list, form }
