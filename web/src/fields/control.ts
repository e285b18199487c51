import type { InputProps } from './types'

/** Props every Mantine input of a field shares: label, help and error outside, bare inside a cell. */
export function control<V>({ field, error, autoFocus, inline, onKeyDown }: InputProps<V>) {
  // a dialog's focus trap looks for the attribute and would take the close button without it
  const focus = { autoFocus, 'data-autofocus': autoFocus || undefined }
  const shared = { ...focus, onKeyDown, error: error || undefined }
  if (inline) {
    return { ...shared, 'aria-label': field.label, variant: 'unstyled' as const, w: '100%' }
  }
  return {
    ...shared,
    label: field.label,
    description: field.help || undefined,
    placeholder: field.placeholder || undefined,
    withAsterisk: field.required,
  }
}
