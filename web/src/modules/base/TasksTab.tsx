import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { openCreate } from '@/records/form/createStore'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import type { PartProps } from '@/records/record/parts'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconCheckbox, IconPlus } from '@/ui/icons'
import { Section } from '@/ui/Section'
import classes from './Activity.module.css'
import { TaskLine } from './TaskLine'

/** Open tasks about the record above, done ones below. */
export default function TasksTab(props: PartProps) {
  const tasks = useObject('task')
  return tasks ? <Tasks {...props} tasks={tasks} /> : null
}

const MANY = 100
function Tasks({ meta, record, tasks }: PartProps & { tasks: ObjectMeta }) {
  const { t } = useTranslation()
  const filter = { field: 'about', op: 'is', value: record.id }
  const { data, error, refetch } = useQuery(
    rowsQuery(tasks, { filter, sort: 'due_at', limit: MANY, count: 'none' }),
  )
  const about = { id: record.id, name: record.name, object: meta.object }
  const add = () =>
    openCreate({ object: tasks.object, values: { about }, onCreated: () => void refetch() })
  const button = tasks.rights.create && (
    <Button leftSection={<IconPlus size={14} />} onClick={add}>
      {t('activity.addTask')}
    </Button>
  )
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <PartSkeleton />
  if (!data.items.length) {
    return (
      <Empty icon={IconCheckbox} title={t('activity.noTasks')} hint={t('activity.noTasksHint')}>
        {button}
      </Empty>
    )
  }
  const open = data.items.filter((task) => !task.done_at)
  const done = data.items.filter((task) => task.done_at)
  return (
    <div className={classes.stack}>
      <Section title={t('activity.open')} action={button}>
        {open.length ? (
          <Lines tasks={open} />
        ) : (
          <span className="dim3">{t('activity.noTasks')}</span>
        )}
      </Section>
      {done.length > 0 && (
        <Section title={t('activity.done')}>
          <Lines tasks={done} />
        </Section>
      )}
    </div>
  )
}

function Lines({ tasks }: { tasks: { id: string; name: string; version: number }[] }) {
  return (
    <ul className={classes.lines}>
      {tasks.map((task) => (
        <li key={task.id}>
          <TaskLine task={task} />
        </li>
      ))}
    </ul>
  )
}
