import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { rowsQuery } from '@/api/records'
import type { RecordData } from '@/api/types'
import type { ObjectMeta } from '@/metadata/types'
import { openCreate } from '@/records/form/createStore'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconCircleCheck, IconPlus } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { useFormat } from '@/ui/useFormat'
import { fromWall, todayIn, toWall } from '@/ui/zoned'
import { MY_OPEN_TASKS } from '../base/openTasks'
import { TaskLine } from '../base/TaskLine'
import classes from './Home.module.css'

const MANY = 60
const AHEAD = 'next_7_days'
/** One's open tasks: overdue, today, the week ahead; each completed in place. */
export function Tasks({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const { timezone } = useFormat()
  const today = todayIn(timezone)
  const due = {
    any: [
      { field: 'due_at', op: 'in_period', value: AHEAD },
      { field: 'due_at', op: 'in_period', value: 'today' },
      { field: 'due_at', op: '<', value: fromWall(`${today} 00:00:00`, timezone) },
    ],
  }
  const { data, error, refetch } = useQuery(
    rowsQuery(meta, {
      filter: { all: [MY_OPEN_TASKS, due] },
      sort: 'due_at',
      limit: MANY,
      count: 'none',
    }),
  )
  useWatch(meta, '*')
  const dayOf = (task: RecordData) => toWall(String(task.due_at), timezone).slice(0, 10)
  const open = (data?.items ?? []).filter((task) => !task.done_at)
  const groups = [
    { title: t('home.overdue'), late: true, tasks: open.filter((task) => dayOf(task) < today) },
    { title: t('home.today'), late: false, tasks: open.filter((task) => dayOf(task) === today) },
    { title: t('home.upcoming'), late: false, tasks: open.filter((task) => dayOf(task) > today) },
  ].filter((group) => group.tasks.length > 0)
  const add = meta.rights.create && (
    <Button
      leftSection={<IconPlus size={14} />}
      onClick={() => openCreate({ object: meta.object, onCreated: () => void refetch() })}
    >
      {t('home.addTask')}
    </Button>
  )
  return (
    <Section
      title={meta.label_plural}
      action={
        <span className="row">
          <Link
            to="/$path"
            params={{ path: meta.path }}
            search={{ filter: MY_OPEN_TASKS }}
            className={classes.more}
          >
            {t('home.allTasks')}
          </Link>
          {groups.length > 0 && add}
        </span>
      }
    >
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={36} />}
      {data && !groups.length && (
        <Empty icon={IconCircleCheck} title={t('home.noTasks')} hint={t('home.noTasksHint')}>
          {add}
        </Empty>
      )}
      {groups.map(({ title, late, tasks }) => (
        <section key={title} aria-label={title}>
          <h3 className={classes.group} data-late={late || undefined}>
            {title} <span className="num">{tasks.length}</span>
          </h3>
          <ul className={classes.tasks}>
            {tasks.map((task) => (
              <li key={task.id}>
                <TaskLine task={task} withAbout />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Section>
  )
}
