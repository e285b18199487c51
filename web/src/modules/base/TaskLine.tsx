import { UnstyledButton } from '@mantine/core'
import { Link as RouterLink } from '@tanstack/react-router'
import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import type { Link, RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { fieldOf, pathOf, useObject, useObjects } from '@/metadata/hooks'
import { Person } from '@/ui/Avatar'
import { IconCheck } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { todayIn, toWall } from '@/ui/zoned'
import classes from './Task.module.css'
import { useCompleteTask } from './useCompleteTask'

interface Props {
  task: RecordData
  /** Names what the task is about, where that is not the page itself. */
  withAbout?: boolean
}

/** A task in one line: a round box completes it in place. */
export function TaskLine({ task, withAbout }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const complete = useCompleteTask()
  const meta = useObject('task')
  const done = Boolean(task.done_at)
  const about = task.about as Link | null
  const assignee = task.assignee as Link | null
  const priority = fieldOf(meta, 'priority')
  const open = (link: Link) => ({ path: pathOf(objects, link.object), id: link.id })
  const label = done
    ? t('activity.reopen', { name: task.name })
    : t('activity.complete', { name: task.name })
  return (
    <div className={classes.task} data-done={done || undefined}>
      <UnstyledButton
        className={classes.check}
        role="checkbox"
        aria-checked={done}
        aria-label={label}
        disabled={meta && !meta.rights.update}
        onClick={() => void complete(task)}
      >
        <span>
          <IconCheck size={12} stroke={3} aria-hidden />
        </span>
      </UnstyledButton>
      <div className={classes.words}>
        <RouterLink
          to="/$path/$id"
          params={{ path: meta?.path ?? 'tasks', id: task.id }}
          className={clsx('link', classes.subject)}
        >
          {task.name}
        </RouterLink>
        <span className={classes.facts}>
          <Due at={task.due_at as string | null} done={done} />
          {task.priority === 'high' && priority && (
            <FieldCell field={priority} value={task.priority} />
          )}
          {withAbout && about && (
            <RouterLink to="/$path/$id" params={open(about)} className="link trunc">
              {about.name}
            </RouterLink>
          )}
        </span>
      </div>
      {assignee && !withAbout && <Person name={assignee.name} size={18} />}
    </div>
  )
}

function Due({ at, done }: { at: string | null; done: boolean }) {
  const format = useFormat()
  const { t } = useTranslation()
  if (!at) return null
  const late = !done && new Date(at).getTime() < Date.now()
  const wall = toWall(at, format.timezone)
  const today = wall.slice(0, 10) === todayIn(format.timezone)
  return (
    <time
      dateTime={at}
      data-late={late || undefined}
      className={classes.due}
      title={`${format.moment(at, true)} · ${format.timezone}`}
    >
      {today ? wall.slice(11, 16) : format.day(wall, true)}
      {late && <span className="sr"> {t('activity.overdue')}</span>}
    </time>
  )
}
