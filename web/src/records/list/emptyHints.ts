/** How records of an object come about, told where there are none yet (a module's slot). */
const hints = new Map<string, () => string>()

export const setEmptyHint = (object: string, hint: () => string) => void hints.set(object, hint)
export const emptyHint = (object: string): string | undefined => hints.get(object)?.()
