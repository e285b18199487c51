type Values = Record<string, unknown>

const keyOf = (object: string) => `fangxin-draft-${object}`

/** What was typed into a form that was closed without saving, for this tab of the browser. */
export function readDraft(object: string): Values | null {
  const stored = sessionStorage.getItem(keyOf(object))
  return stored ? (JSON.parse(stored) as Values) : null
}
export function keepDraft(object: string, values: Values) {
  const filled = Object.values(values).some((value) => value !== null && value !== '')
  if (filled) sessionStorage.setItem(keyOf(object), JSON.stringify(values))
  else dropDraft(object)
}
export const dropDraft = (object: string) => sessionStorage.removeItem(keyOf(object))
