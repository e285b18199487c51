import { Button, Group, Popover, TextInput } from '@mantine/core'
import type { Editor } from '@tiptap/react'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconLink } from '@/ui/icons'

const SCHEME = 'https://'
const withScheme = (typed: string) => (/^[a-z]+:/i.test(typed) ? typed : SCHEME + typed)

/** Links the chosen words, or writes the address where none are chosen. */
function insert(editor: Editor, href: string) {
  const chain = editor.chain().focus()
  if (!editor.state.selection.empty) return chain.setLink({ href }).run()
  const marks = [{ type: 'link', attrs: { href } }]
  return chain.insertContent({ type: 'text', text: href, marks }).run()
}

/** Takes the link at the cursor away, or asks for the address of a new one. */
export function RichLink({ editor, on }: { editor: Editor; on: boolean }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [typed, setTyped] = useState('')
  const press = () => {
    if (on) return void editor.chain().focus().unsetLink().run()
    setTyped('')
    setOpened(!opened)
  }
  const apply = () => {
    setOpened(false)
    insert(editor, withScheme(typed.trim()))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    // neither the form nor the cell around the editor is meant
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Enter' && typed.trim()) apply()
    else if (event.key === 'Escape') setOpened(false)
  }
  return (
    <Popover opened={opened} onChange={setOpened} width={300} trapFocus withinPortal={false}>
      <Popover.Target>
        <button
          type="button"
          aria-label={t('fields.rich.link')}
          title={t('fields.rich.link')}
          aria-pressed={on}
          onClick={press}
        >
          <IconLink size={15} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown p={8} aria-label={t('fields.rich.link')}>
        <TextInput
          label={t('fields.rich.href')}
          placeholder={SCHEME}
          inputMode="url"
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Group justify="flex-end" mt="xs">
          <Button size="compact-sm" disabled={!typed.trim()} onClick={apply}>
            {t('common.apply')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
