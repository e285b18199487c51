import type { Colour } from '@/metadata/types'

const HUES: Colour[] = ['blue', 'violet', 'amber', 'orange', 'green', 'teal', 'pink', 'indigo']
const hash = (text: string) =>
  [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) | 0, 7) >>> 0

/** Text and ground of a soft tag in a named colour. */
export const soft = (colour: Colour | string | null | undefined) => ({
  color: `var(--t-${colour || 'gray'})`,
  background: `var(--t-${colour || 'gray'}-bg)`,
})
/** The same colour for the same name, everywhere. */
export const hueOf = (name: string): Colour => HUES[hash(name) % HUES.length]!
