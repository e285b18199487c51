import type { FieldType } from '@/metadata/types'

/** What an administrator may set on a field of his own, beside labels and key, by its type. */
export type Setting =
  | 'required'
  | 'unique'
  | 'indexed'
  | 'searchable'
  | 'encrypted'
  | 'options'
  | 'target'
  | 'formula'
  | 'over'
  | 'columns'
  | 'pattern'
  | 'min'
  | 'max'
  | 'scale'
  | 'max_length'

const NUMBERS: Setting[] = ['required', 'indexed', 'min', 'max']
const PLAIN: Setting[] = ['required', 'indexed']
const WORDS: Setting[] = ['required', 'unique', 'indexed', 'searchable', 'encrypted']

/** Lines are declared in code: their columns and what they come to belong to the document. */
const SETTINGS: Record<Exclude<FieldType, 'lines'>, Setting[]> = {
  text: [...WORDS, 'max_length'],
  long_text: ['required', 'searchable', 'encrypted', 'max_length'],
  rich_text: ['required', 'searchable', 'encrypted', 'max_length'],
  integer: [...NUMBERS, 'unique'],
  decimal: [...NUMBERS, 'scale'],
  percent: [...NUMBERS, 'scale'],
  money: NUMBERS,
  date: PLAIN,
  datetime: PLAIN,
  time: PLAIN,
  duration: NUMBERS,
  rating: ['required', 'indexed', 'max'],
  boolean: PLAIN,
  choice: ['options', ...PLAIN],
  multi_choice: ['options', 'required'],
  link: ['target', ...PLAIN],
  user: PLAIN,
  email: WORDS,
  phone: WORDS,
  url: ['required', 'indexed', 'searchable', 'encrypted'],
  address: ['required'],
  region: [...PLAIN, 'searchable'],
  geo_point: ['required'],
  industry: [...PLAIN, 'searchable'],
  credit_code: WORDS,
  currency: PLAIN,
  tags: ['required'],
  auto_number: ['pattern', 'indexed'],
  formula: ['formula', 'scale'],
  roll_up: ['over', 'indexed'],
  link_to_many: ['target', 'required'],
  file: ['required'],
  image: ['required'],
  record: ['required'],
  sub_table: ['columns', 'required', 'searchable', 'min', 'max'],
}
/** What a column of a sub-table may be; all lines together are searched or required, not one. */
export const columnTypes: FieldType[] = [
  'text',
  'long_text',
  'integer',
  'decimal',
  'percent',
  'money',
  'date',
  'datetime',
  'time',
  'duration',
  'rating',
  'boolean',
  'choice',
  'multi_choice',
  'link',
  'user',
  'email',
  'phone',
  'url',
  'currency',
  'formula',
]

export const settingsOf = (type: FieldType): Setting[] =>
  type === 'lines' ? [] : (SETTINGS[type] ?? [])
/** Types in the order of the choice. */
export const definableTypes = Object.keys(SETTINGS) as FieldType[]
