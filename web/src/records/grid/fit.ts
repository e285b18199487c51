import { CHECK_WIDTH, type GridColumn } from './types'

/** How far a column that nobody has sized may grow, and what it keeps when room is short. */
const GROWN = 1.5
const SHRUNK = 0.6
const NARROW = 124

const least = ({ width }: GridColumn) => Math.min(width, Math.max(width * SHRUNK, NARROW))

/**
 * Columns as wide as the room allows: those that a reader has sized stay, the others share what is
 * left, and give way when a panel stands beside the list.
 */
export function fitColumns(columns: GridColumn[], room: number): GridColumn[] {
  const flexible = columns.filter((column) => !column.own)
  const sum = (widthOf: (column: GridColumn) => number) =>
    flexible.reduce((total, column) => total + widthOf(column), 0)
  const wanted = sum(({ width }) => width)
  const kept = columns.reduce((total, { own, width }) => total + (own ? width : 0), CHECK_WIDTH)
  if (!room || !flexible.length || kept + wanted === room) return columns
  const spare = room - kept
  const smallest = sum(least)
  const grow = Math.min(GROWN, spare / wanted)
  // Between what they want and the least they keep, all give the same share.
  const give = Math.min(1, (wanted - spare) / Math.max(1, wanted - smallest))
  const widthOf = (column: GridColumn) =>
    spare >= wanted ? column.width * grow : column.width - (column.width - least(column)) * give
  return columns.map((column) =>
    column.own ? column : { ...column, width: Math.floor(widthOf(column)) },
  )
}
