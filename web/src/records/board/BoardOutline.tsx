import { Skeleton } from '@mantine/core'
import classes from './Board.module.css'

const COLUMNS = ['a', 'b', 'c', 'd', 'e']
const CARDS = ['1', '2', '3', '4']
export function BoardOutline() {
  return (
    <div className={classes.board} aria-busy>
      {COLUMNS.map((column) => (
        <div key={column} className={classes.column}>
          <Skeleton height={20} width="60%" m={8} />
          <CardOutlines />
        </div>
      ))}
    </div>
  )
}

export const CardOutlines = () =>
  CARDS.map((card) => <Skeleton key={card} height={92} radius={9} mb={10} />)
