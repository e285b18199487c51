import { lazy } from 'react'
import { setFurther } from '@/api/cache'
import { keys } from '@/api/keys'
import { findObject } from '@/metadata/hooks'
import { setComposer, setEntry, setTab } from '@/records/record/parts'
import { setHelpPage } from '@/ui/help'
import { IconCircleCheck, IconPaperclip } from '@/ui/icons'
import { ActivityEntry } from './ActivityEntry'
import { signOf } from './activityKinds'
import { FileEntry } from './FileEntry'
import { TaskEntry } from './TaskEntry'

// What happens about a record: activities, tasks and files hang on records of every object.
setComposer({
  Component: lazy(() => import('./Composer')),
  shows: (objects, meta) =>
    meta.layout.tabs.includes('activities') &&
    findObject(objects, 'activity')?.rights.create === true,
})
setEntry('activity', { Component: ActivityEntry, sign: signOf })
setEntry('task', {
  Component: TaskEntry,
  sign: (record) => ({ icon: IconCircleCheck, colour: record.done_at ? 'green' : 'teal' }),
})
setEntry('file', { Component: FileEntry, sign: () => ({ icon: IconPaperclip, colour: 'cyan' }) })

setTab(
  'activities',
  lazy(() => import('./ActivitiesTab')),
)
setTab(
  'tasks',
  lazy(() => import('./TasksTab')),
)
setTab(
  'files',
  lazy(() => import('./FilesTab')),
)

// Money may be in the currencies that have a rate, which everybody is told with who he is.
setFurther('exchange_rate', keys.me)

for (const path of ['users', 'roles', 'departments', 'exchange_rates'])
  setHelpPage(path, 'administration')
