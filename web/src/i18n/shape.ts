/**
 * The keys of a catalogue with any words. A language with a singular adds `key_one` beside
 * `key_other`; Chinese has one form only.
 */
export type Shape<T> = {
  [K in keyof T]: T[K] extends string ? string : Shape<T[K]>
} & {
  [K in keyof T as K extends `${infer Base}_other` ? `${Base}_one` : never]?: string
}
