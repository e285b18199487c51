import { queryOptions } from '@tanstack/react-query'
import type { Colour, FieldType } from '@/metadata/types'
import { get, patch, post, remove } from './client'
import type { Page } from './types'

export type Words = Partial<Record<'en' | 'zh-CN', string>>
export interface CustomOption {
  key: string
  labels: Words
  color?: Colour | null
}
/** A custom field as it is defined; beside these stand the settings of its type. */
export interface CustomField {
  id: string
  object: string
  key: string
  type: FieldType
  labels: Words
  options: CustomOption[]
  deleted_at: string | null
  [setting: string]: unknown
}
export interface CustomObject {
  id: string
  name: string
  labels: Words
  labels_plural: Words
  icon: string
  deleted_at: string | null
}

export const customFieldsQuery = (object: string, deleted: boolean) =>
  queryOptions({
    queryKey: ['custom_fields', object, deleted],
    queryFn: ({ signal }) =>
      get<Page<CustomField>>('/custom_fields', { object, deleted: deleted || undefined }, signal),
  })
export const customObjectsQuery = (deleted: boolean) =>
  queryOptions({
    queryKey: ['custom_objects', deleted],
    queryFn: ({ signal }) =>
      get<Page<CustomObject>>('/custom_objects', { deleted: deleted || undefined }, signal),
  })

type Kind = 'custom_fields' | 'custom_objects'
type Body = Record<string, unknown>
export const saveDefinition = (kind: Kind, id: string | null, body: Body) =>
  id ? patch<unknown>(`/${kind}/${id}`, body) : post<unknown>(`/${kind}`, body)
export const dropDefinition = (kind: Kind, id: string) => remove<void>(`/${kind}/${id}`)
export const restoreDefinition = (kind: Kind, id: string) => post<unknown>(`/${kind}/${id}/restore`)

export interface CompanySettings {
  company_name: string
  base_currency: string
  timezone: string
  cascades: Record<string, boolean>
  demo: boolean
}
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => get<CompanySettings>('/settings', undefined, signal),
})
export const saveSettings = (change: Partial<CompanySettings>) =>
  patch<CompanySettings>('/settings', change)
export const clearDemo = () => post<{ job: string }>('/demo/clear')
