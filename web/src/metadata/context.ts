import { createContext } from 'react'
import type { ObjectMeta } from './types'

/** Object → record id → colour. */
export type ColourMap = Map<string, Map<string, string>>

export interface Metadata {
  objects: ObjectMeta[]
  colours: ColourMap
}

export const MetadataContext = createContext<Metadata>({ objects: [], colours: new Map() })
