import { Button, Group } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { askDialog } from './dialogs'

interface Question {
  title: string
  body: ReactNode
  /** The word on the button that goes on. */
  yes: string
  danger?: boolean
}

/** Asks before something that is hard to take back; true when the reader goes on. */
export const confirm = ({ title, ...question }: Question): Promise<boolean> =>
  askDialog(title, false, (answer) => <Confirm {...question} answer={answer} />)

interface Props extends Omit<Question, 'title'> {
  answer: (yes: boolean) => void
}
function Confirm({ body, yes, danger, answer }: Props) {
  const { t } = useTranslation()
  return (
    <>
      {body}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button onClick={() => answer(false)}>{t('common.cancel')}</Button>
        <Button
          variant="filled"
          color={danger ? 'red' : undefined}
          data-autofocus
          onClick={() => answer(true)}
        >
          {yes}
        </Button>
      </Group>
    </>
  )
}
