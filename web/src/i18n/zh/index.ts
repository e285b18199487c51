import { activity } from './activity'
import { board } from './board'
import { common } from './common'
import { configuring } from './configuring'
import { dashboard } from './dashboard'
import { duplicates } from './duplicates'
import { fields } from './fields'
import { form } from './form'
import { handover } from './handover'
import { help } from './help'
import { home } from './home'
import { imports } from './imports'
import { known } from './known'
import { layouts } from './layouts'
import { lines } from './lines'
import { list } from './list'
import { log } from './log'
import { money } from './money'
import { past } from './past'
import { record } from './record'
import { rights } from './rights'
import { rules } from './rules'
import { sales } from './sales'
import { settings } from './settings'
import { shell } from './shell'

export const zh = {
  common,
  shell,
  fields,
  list,
  layouts,
  lines,
  form,
  record,
  activity,
  board,
  handover,
  help,
  home,
  configuring,
  dashboard,
  duplicates,
  log,
  money,
  past,
  imports,
  known,
  rights,
  rules,
  sales,
  settings,
} as const
