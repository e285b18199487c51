import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { IconListDetails, IconTable } from '@/ui/icons'
import { type Line, writeLines } from './lines/written'
import { TextChip, TextFilter } from './text'
import { type DisplayProps, defineKind } from './types'

/** The table and its editor come with the first record that has lines. */
const LinesTable = lazy(() => import('./lines/LinesTable'))
const LineEditor = lazy(() => import('./lines/LineEditor'))
const LinesDiff = lazy(() => import('./lines/LinesDiff'))

function LineCount({ value }: DisplayProps<Line[]>) {
  const { t } = useTranslation()
  return <span className="dim">{t('lines.count', { count: value.length })}</span>
}

/** A small table inside a record, such as the positions of a quote. */
export const lines = defineKind<Line[]>({
  icon: IconListDetails,
  width: 90,
  wide: true,
  Display: LinesTable,
  Cell: LineCount,
  Input: LineEditor,
  Diff: LinesDiff,
  Filter: TextFilter,
  Chip: TextChip,
  startOp: 'not_empty',
  toWrite: (value, field) => writeLines(field?.columns ?? [], value),
  toText: (value) => String(value.length),
})

/** Lines with columns that an administrator gave them. */
export const subTable = { ...lines, icon: IconTable }
