import type { FilterNode } from '@/api/types'

export type FieldType =
  | 'text'
  | 'long_text'
  | 'integer'
  | 'decimal'
  | 'percent'
  | 'money'
  | 'date'
  | 'datetime'
  | 'boolean'
  | 'choice'
  | 'multi_choice'
  | 'link'
  | 'user'
  | 'email'
  | 'phone'
  | 'url'
  | 'address'
  | 'tags'
  | 'auto_number'
  | 'formula'
  | 'record'
  | 'lines'
  | 'sub_table'
  | 'rich_text'
  | 'link_to_many'
  | 'file'
  | 'image'
  | 'roll_up'
  | 'time'
  | 'duration'
  | 'rating'
  | 'region'
  | 'geo_point'
  | 'industry'
  | 'credit_code'
  | 'currency'

export type Colour =
  | 'gray'
  | 'blue'
  | 'indigo'
  | 'violet'
  | 'pink'
  | 'red'
  | 'orange'
  | 'amber'
  | 'green'
  | 'teal'
  | 'cyan'

export interface Option {
  key: string
  label: string
  color?: Colour | null
}

export interface Field {
  key: string
  type: FieldType
  label: string
  help?: string
  required?: boolean
  read_only?: boolean
  editable?: boolean
  masked?: boolean
  sortable?: boolean
  filterable?: boolean
  custom?: boolean
  system?: boolean
  operators?: string[]
  aggregates?: ('sum' | 'avg' | 'min' | 'max')[]
  group_by?: boolean
  options?: Option[]
  target?: string | null
  max_length?: number | null
  min?: string | number | null
  max?: string | number | null
  scale?: number | null
  result_type?: FieldType | null
  multiline?: boolean
  default?: unknown
  unique?: boolean
  /** Kept as ciphertext, found by its whole text alone. */
  encrypted?: boolean
  /** Equal values hint at the same person or company twice. */
  duplicate_key?: boolean
  placeholder?: string | null
  /** What a line is made of, in a field of lines. */
  columns?: Field[]
}

export interface Action {
  key: string
  label: string
  icon?: string | null
  params: Field[]
  primary?: boolean
  dangerous?: boolean
  when?: FilterNode | null
  /** What it makes: records that stand in its answer under these keys. */
  makes: { key: string; object: string; many: boolean }[]
}

export interface Rights {
  read: boolean
  create: boolean
  update: boolean
  delete: boolean
  export: boolean
  import: boolean
  bulk: boolean
  share?: boolean
}

/** Records of another object that point here by a field. */
export interface RelatedList {
  object: string
  path: string
  field: string
  label: string
  /** What is shown of each; none: what suits. */
  columns: string[]
  tab: string | null
}

export interface PageSection {
  key: string
  label: string
  collapsed: boolean
  columns: string[][]
}

export interface PageTab {
  key: string
  label: string
  /** It stands beside the timeline. */
  aside: boolean
  sections: PageSection[]
  related: RelatedList[]
}

/** How an object is laid out at a place, for records that meet `when`. */
export interface LayoutPage {
  /** Null: as shipped. */
  id: string | null
  when: { field: string; values: string[] } | null
  tabs: PageTab[]
  related: RelatedList[]
  /** Fields that stand nowhere else and may still be shown. */
  others: string[]
}
export type PagePlace = 'record' | 'form' | 'panel'

export interface Layout {
  list: string[]
  facts: string[]
  sections: { key: string; label: string; fields: string[] }[]
  quick_create: string[]
  card: string[]
  related: RelatedList[]
  tabs: string[]
  pages: Record<PagePlace, LayoutPage[]>
}

/** A rule of forms; where `asked`, the server alone can tell whether a record meets it. */
export interface DisplayRule {
  id: string
  only_on: 'create' | 'update' | null
  condition: FilterNode | null
  asked: boolean
  effects: {
    show: string[]
    hide: string[]
    require: string[]
    lock: string[]
    options: Record<string, string[]>
  }
}

export interface ObjectMeta {
  object: string
  path: string
  label: string
  label_plural: string
  icon: string
  module: string
  custom: boolean
  title_field: string
  navigation: { group: string; order: number } | null
  rights: Rights
  fields: Field[]
  layout: Layout
  board: { field: string; sum: string | null } | null
  stage_path: { field: string } | null
  default_sort: string
  /** Whether its records are printed. */
  document?: boolean
  actions: Action[]
  /** What forms do while a record meets a condition. */
  rules?: DisplayRule[]
}
