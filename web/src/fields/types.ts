import type { ComponentType, KeyboardEvent } from 'react'
import type { Address, Condition, FilterNode, RecordData } from '@/api/types'
import type { Field } from '@/metadata/types'
import type { Formatters } from '@/ui/formatters'
import type { Icon } from '@/ui/icons'

export type { Formatters }

export interface DisplayProps<V = unknown> {
  field: Field
  value: V
  /** Shorter form for cards and small cells: ¥1.2万, 3月5日. */
  short?: boolean
  /** The record it belongs to, for what depends on it, such as a currency. */
  record?: Partial<RecordData>
}

export interface InputProps<V = unknown> {
  field: Field
  value: V | null
  onChange: (value: V | null) => void
  error?: string
  /** Errors inside the value by their place in it: `2/quantity`. */
  errors?: Record<string, string>
  autoFocus?: boolean
  /** Without label and frame, as the editor of a cell or of a fact that was clicked. */
  inline?: boolean
  /** Inline only: a list opens when one types or clicks, not by itself. */
  still?: boolean
  /** Inline only: a choice was made, which ends the editing. */
  onCommit?: (value: V | null) => void
  onKeyDown?: (event: KeyboardEvent) => void
  /** The record being edited and its object, for pickers that depend on it. */
  record?: Partial<RecordData>
  object?: string
}

export interface FilterProps {
  field: Field
  condition: Condition
  onChange: (condition: Condition) => void
}

export interface ChipProps {
  field: Field
  condition: Condition
}

export interface DiffProps<V = unknown> {
  field: Field
  before: V | null
  after: V | null
}

/** What the app knows of a field type; everything else asks here instead of asking for the type. */
export interface FieldKind {
  icon: Icon
  /** Width of a new column in px. */
  width: number
  align?: 'end'
  /** Parts that can be filled each by itself: `address.city`. */
  parts?: readonly (keyof Address)[]
  /** What its texts can be cleaned as before an import reads them. */
  cleaning?: 'day' | 'phone'
  /** Many records share a value, so that they can stand in groups. */
  groups?: true
  /** Its values fall into periods: days, weeks, months. */
  periods?: true
  /** The value that a day stands for, where it is not the day itself. */
  onDay?: (day: string, timezone: string) => string
  /** Its values are called. */
  dials?: true
  /** Points to a record of any object. */
  anyRecord?: true
  Display: ComponentType<DisplayProps>
  Cell: ComponentType<DisplayProps>
  Input: ComponentType<InputProps>
  Filter: ComponentType<FilterProps>
  /** What became of a value, where both beside each other would say little. */
  Diff?: ComponentType<DiffProps>
  /** The value of a condition in words, for a filter chip. */
  Chip: ComponentType<ChipProps>
  /** A condition as it is edited → as the server understands it. */
  toAsk?: (condition: Condition, timezone: string) => FilterNode
  /** Operator a new condition starts with, of those the field allows. */
  startOp: string
  /** The editor is a list to pick from: Enter picks there, it does not end the editing. */
  picks?: boolean
  /** Needs a place of its own on a record page: it does not fit into a column of facts. */
  wide?: boolean
  /** Shown value → what is written. */
  toWrite: (value: unknown, field: Field) => unknown
  toText: (value: unknown, field: Field, format: Formatters) => string
  /** Pasted text → shown value; undefined when it cannot be read. */
  fromText?: (text: string, field: Field, format: Formatters) => unknown
}

/** A kind is written for its own value type and stored for any: the registry is keyed by that type. */
export interface TypedKind<V>
  extends Omit<FieldKind, 'Display' | 'Cell' | 'Input' | 'Diff' | 'toWrite' | 'toText'> {
  Display: ComponentType<DisplayProps<V>>
  Cell: ComponentType<DisplayProps<V>>
  Input: ComponentType<InputProps<V>>
  Diff?: ComponentType<DiffProps<V>>
  toWrite?: (value: V | null, field: Field) => unknown
  toText: (value: V, field: Field, format: Formatters) => string
}

export const defineKind = <V>(kind: TypedKind<V>): FieldKind =>
  ({ toWrite: (value: unknown) => value, ...kind }) as unknown as FieldKind

export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0)
