import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { rowsQuery } from '@/api/records'
import type { Link, RecordData } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { Field } from '@/metadata/types'
import { linkScope } from './links'

/** One value a state field may have, in its order: an option, or a record such as a stage. */
export interface Step {
  id: string
  name: string
  colour: string
  /** The shown value to write: an option's key or a link. */
  value: string | Link | null
  kind: 'open' | 'won' | 'lost'
  probability: number | null
  rottingDays: number | null
  /** Ids one may move to from here; empty when all. */
  moves: string[]
  /** The action that leads here, where no edit does. */
  action: string | null
  /** Nothing leaves it any more. */
  final: boolean
  /** What the steps belong to together, such as a pipeline: the record has the same link. */
  group: Link | null
}

/** How the options of a state field are meant: metadata knows their names and colours alone. */
export type StepRules = Record<string, Partial<Pick<Step, 'kind' | 'action' | 'final'>>>
interface Course {
  field: string
  rules: StepRules
  /** Whether records pass through them in order, to be drawn as a path. */
  path: boolean
}
const courses = new Map<string, Course>()

/** Gives the states of an object's choice field their meaning (a module's slot). */
export const setSteps = (object: string, field: string, rules: StepRules, path = true) =>
  void courses.set(object, { field, rules, path })
/** The choice field that an object's records pass through, when a module has named one. */
export const pathField = (object: string): string | undefined => {
  const course = courses.get(object)
  return course?.path ? course.field : undefined
}

const NOWHERE = { object: '', path: '' }
const KINDS = ['open', 'won', 'lost'] as const
const MANY = 200

function stepOf(row: RecordData, object: string, group: string | undefined): Step {
  return {
    id: row.id,
    name: row.name,
    colour: String(row.color ?? 'gray'),
    value: { id: row.id, name: row.name, object },
    kind: KINDS.find((kind) => kind === row.kind) ?? 'open',
    probability: row.probability == null ? null : Number(row.probability),
    rottingDays: typeof row.rotting_days === 'number' ? row.rotting_days : null,
    action: null,
    final: false,
    moves: Array.isArray(row.allowed_moves) ? row.allowed_moves.map(String) : [],
    group: group ? ((row[group] as Link | null) ?? null) : null,
  }
}

/** All values of a state field in order; with a record, only those of its own pipeline. */
export function useSteps(field: Field | undefined, object: string, record?: RecordData) {
  const meta = useObject(field?.target)
  const own = useObject(object)
  const group = meta?.fields.find(
    ({ key, target, required }) =>
      required && target && own?.fields.some((one) => one.key === key && one.target === target),
  )?.key
  const scope = field && record ? linkScope(object, field.key)?.(record) : undefined
  const query = useQuery({
    ...rowsQuery(meta ?? NOWHERE, { filter: scope, limit: MANY, sort: 'order', count: 'none' }),
    enabled: meta !== undefined,
    staleTime: 300_000,
  })
  const course = courses.get(object)
  const steps = useMemo((): Step[] => {
    if (meta) return (query.data?.items ?? []).map((row) => stepOf(row, meta.object, group))
    return (field?.options ?? []).map(({ key, label, color }) => ({
      id: key,
      name: label,
      colour: color ?? 'gray',
      value: key,
      kind: 'open',
      probability: null,
      rottingDays: null,
      moves: [],
      group: null,
      action: null,
      final: false,
      ...(course?.field === field?.key ? course?.rules[key] : undefined),
    }))
  }, [meta, query.data, field, group, course])
  return { steps, pending: meta !== undefined && query.isPending, error: query.error }
}

const NO_ORDER: string[] = []
/** Ids of the records that a field links to in their own order, where they have one (stages). */
export function useOrderOf(field: Field | undefined): string[] {
  const meta = useObject(field?.target)
  const ordered = meta?.fields.some(({ key, type }) => key === 'order' && type === 'integer')
  const query = useQuery({
    ...rowsQuery(meta ?? NOWHERE, { limit: MANY, sort: 'order', count: 'none' }),
    enabled: Boolean(ordered),
    staleTime: 300_000,
  })
  return useMemo(() => query.data?.items.map(({ id }) => id) ?? NO_ORDER, [query.data])
}

/** The place of records without a value. */
export const noStep = (name: string): Step => ({
  id: '',
  name,
  colour: 'gray',
  value: null,
  kind: 'open',
  probability: null,
  rottingDays: null,
  moves: [],
  group: null,
  action: null,
  final: false,
})

/** The id of a state field's shown value, whether it is an option's key or a link. */
export const stepId = (value: unknown): string | null =>
  typeof value === 'string' ? value : ((value as Link | null | undefined)?.id ?? null)
