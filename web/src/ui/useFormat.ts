import { useContext } from 'react'
import { FormatContext } from './formatters'

/** The formatters in the reader's language and time zone. */
export const useFormat = () => useContext(FormatContext)
