import type { EntryProps } from '@/records/record/parts'
import { TaskLine } from './TaskLine'

export function TaskEntry({ entry }: EntryProps) {
  return <TaskLine task={entry.record} />
}
