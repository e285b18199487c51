import { queryOptions } from '@tanstack/react-query'
import type { Colour, FieldType } from '@/metadata/types'
import { post } from './client'
import { call } from './fixed'
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
    queryFn: ({ signal }): Promise<Page<CustomField>> =>
      call('get', '/custom_fields', {
        query: { object, deleted: deleted ? 'true' : null },
        signal,
      }),
  })
export const customObjectsQuery = (deleted: boolean) =>
  queryOptions({
    queryKey: ['custom_objects', deleted],
    queryFn: ({ signal }): Promise<Page<CustomObject>> =>
      call('get', '/custom_objects', { query: { deleted: deleted ? 'true' : null }, signal }),
  })

type Kind = 'custom_fields' | 'custom_objects'
type Body = Record<string, unknown>
/** The forms hold what the chosen type knows, which no type of ours can tell: the server checks. */
export const saveDefinition = (kind: Kind, id: string | null, body: Body): Promise<unknown> =>
  id
    ? call('patch', `/${kind}/{id}`, { params: { id }, body })
    : call('post', `/${kind}`, { body: body as never })
export const dropDefinition = (kind: Kind, id: string) =>
  call('delete', `/${kind}/{id}`, { params: { id } })
export const restoreDefinition = (kind: Kind, id: string): Promise<unknown> =>
  call('post', `/${kind}/{id}/restore`, { params: { id } })

/** Has a shipped field encrypted: there is no way back. */
export const encryptField = (object: string, field: string): Promise<unknown> =>
  post('/encrypted_fields', { of_object: object, field })

export interface FieldUse {
  kind: string
  name: string
  /** Of settings that this app has no word of its own for. */
  label?: string
}
export const fieldUses = (id: string): Promise<Page<FieldUse>> =>
  call('get', '/custom_fields/{id}/uses', { params: { id } })

export interface CheckedFormula {
  valid: boolean
  result_type: FieldType | null
  position: number | null
  message: string | null
}
export const checkFormula = (
  object: string,
  formula: string,
  key: string,
): Promise<CheckedFormula> =>
  call('post', '/custom_fields/check', { body: { object, formula, key } }) as never

export interface Converted {
  preview: {
    total: number
    fit: number
    unfit: number
    examples: { id: string; name: string; value: string; message: string }[]
    samples: { from: string; to: string }[]
  }
  job: string | null
}
/** Another type for a field; with `preview` only what would become of its values. */
export const convertField = (id: string, body: Body): Promise<Converted> =>
  call('post', '/custom_fields/{id}/convert', { params: { id }, body: body as never }) as never

export interface CompanySettings {
  company_name: string
  base_currency: string
  timezone: string
  cascades: Record<string, boolean>
  demo: boolean
  company_address: string
  company_phone: string
  company_tax_number: string
  company_bank: string
  company_name_en: string
  company_address_en: string
  company_bank_en: string
}
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }): Promise<CompanySettings> => call('get', '/settings', { signal }),
})
export const saveSettings = (change: Partial<CompanySettings>): Promise<CompanySettings> =>
  call('patch', '/settings', { body: { ...change } })
export const clearDemo = (): Promise<{ job: string }> => call('post', '/demo/clear')
