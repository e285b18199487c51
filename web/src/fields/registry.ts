import type { Field, FieldType } from '@/metadata/types'
import { IconHash } from '@/ui/icons'
import { address } from './address'
import { boolean } from './boolean'
import { choice, multiChoice } from './choice'
import { creditCode, currency, industry, region } from './coded'
import { date, datetime } from './dates'
import { file, image } from './files'
import { geoPoint } from './geo'
import { lines, subTable } from './lines'
import { link, record, user } from './link'
import { linkToMany } from './manyLinks'
import { decimal, integer, money, percent } from './number'
import { email, phone, url } from './reach'
import { richText } from './rich'
import { duration, rating, time } from './spans'
import { tags } from './tags'
import { longText, text } from './text'
import type { FieldKind } from './types'

type Computed = 'formula' | 'roll_up'
const COMPUTED: readonly string[] = ['formula', 'roll_up'] satisfies Computed[]
const kinds: Record<Exclude<FieldType, Computed>, FieldKind> = {
  text,
  long_text: longText,
  integer,
  decimal,
  percent,
  money,
  date,
  datetime,
  boolean,
  choice,
  multi_choice: multiChoice,
  link,
  user,
  email,
  phone,
  url,
  address,
  tags,
  auto_number: { ...text, icon: IconHash, width: 130 },
  record,
  lines,
  sub_table: subTable,
  rich_text: richText,
  link_to_many: linkToMany,
  file,
  image,
  time,
  duration,
  rating,
  region,
  geo_point: geoPoint,
  industry,
  credit_code: creditCode,
  currency,
}

const isComputed = (type: FieldType): type is Computed => COMPUTED.includes(type)

/** The one place that looks at a field's type; what is computed behaves as its result does. */
export function kindOf(field: Field): FieldKind {
  const type = isComputed(field.type) ? (field.result_type ?? 'text') : field.type
  return isComputed(type) ? text : (kinds[type] ?? text)
}

/** Types an administrator may choose for a field of his own, in the order of the list. */
export const fieldTypes: FieldType[] = [...Object.keys(kinds), ...COMPUTED] as FieldType[]
