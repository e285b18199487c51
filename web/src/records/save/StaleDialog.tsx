import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Problem } from '@/api/errors'
import { FieldDisplay } from '@/fields/Field'
import i18n from '@/i18n'
import { fieldOf } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { askDialog } from '@/ui/dialogs'
import classes from './save.module.css'

interface Question {
  meta: ObjectMeta
  problem: Problem
  mine: Record<string, unknown>
}
type Choice = 'mine' | 'theirs'

/** Shows what the other side changed beside one's own values, and asks which is kept. */
export const askStale = (question: Question): Promise<Choice> =>
  askDialog<Choice>(i18n.t('common.staleTitle'), 'theirs', (end) => (
    <StaleBody {...question} end={end} />
  ))

function StaleBody({ meta, problem, mine, end }: Question & { end: (choice: Choice) => void }) {
  const { t } = useTranslation()
  const changed = problem.changed ?? []
  const keys = [...new Set([...Object.keys(mine), ...changed])]
  const labels = changed.map((key) => fieldOf(meta, key)?.label ?? key)
  return (
    <>
      <p>{t('common.staleBody', { fields: labels.join(', ') })}</p>
      <table className={classes.compare}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('common.theirs')}</th>
            <th scope="col">{t('common.mine')}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => {
            const field = fieldOf(meta, key)
            if (!field) return null
            return (
              <tr key={key}>
                <th scope="row">{field.label}</th>
                <td>
                  <FieldDisplay field={field} value={problem.current?.[key]} />
                </td>
                <td>{key in mine && <FieldDisplay field={field} value={mine[key]} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button onClick={() => end('mine')}>{t('common.staleKeepMine')}</Button>
        <Button variant="filled" data-autofocus onClick={() => end('theirs')}>
          {t('common.staleTakeTheirs')}
        </Button>
      </Group>
    </>
  )
}
