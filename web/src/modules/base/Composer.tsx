import { Button, Portal, SegmentedControl } from '@mantine/core'
import Placeholder from '@tiptap/extension-placeholder'
import { type Editor, EditorContent, useEditor, useEditorState } from '@tiptap/react'
import StarterKit from '@tiptap/starter-kit'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FieldInput } from '@/fields/Field'
import { fieldOf, useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import type { PartProps } from '@/records/record/parts'
import { Avatar } from '@/ui/Avatar'
import {
  IconBold,
  IconCalendarEvent,
  IconCheckbox,
  IconList,
  IconNote,
  IconPhone,
} from '@/ui/icons'
import classes from './Composer.module.css'
import { type MentionMenu, mentionExtension } from './mentions'
import { plainText } from './plainText'
import { type Kind, usePost } from './usePost'

const KINDS = [
  { kind: 'note', icon: IconNote },
  { kind: 'call', icon: IconPhone },
  { kind: 'meeting', icon: IconCalendarEvent },
  { kind: 'task', icon: IconCheckbox },
] as const
const EXTRA: Record<Kind, string[]> = {
  note: [],
  call: ['at'],
  meeting: ['at', 'participants'],
  task: ['due_at', 'assignee'],
}

/** Writes a note, logs a call or meeting, or plans a task about the record; @ mentions colleagues. */
export default function Composer({ meta, record }: PartProps) {
  const { t, i18n } = useTranslation()
  const [kind, setKind] = useState<Kind>('note')
  const [values, setValues] = useState<Record<string, unknown>>({})
  const [menu, setMenu] = useState<MentionMenu | null>(null)
  const submit = useRef<() => void>(() => undefined)
  const activities = useObject('activity')
  const tasks = useObject('task')
  const { post, busy, errors } = usePost(meta, record)
  const editor = useEditor(
    {
      extensions: [
        StarterKit.configure({
          heading: false,
          codeBlock: false,
          blockquote: false,
          italic: false,
        }),
        Placeholder.configure({ placeholder: t('activity.placeholder') }),
        mentionExtension(setMenu),
      ],
      editorProps: {
        attributes: {
          'aria-label': t('activity.placeholder'),
          role: 'textbox',
          'aria-multiline': 'true',
        },
        handleKeyDown: (_view, event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return false
          submit.current()
          return true
        },
      },
    },
    [i18n.language],
  )
  const empty = useEditorState({ editor, selector: ({ editor: e }) => e?.isEmpty ?? true })
  const shown = kind === 'task' ? tasks : activities
  const send = async () => {
    if (!editor || empty || busy) return
    if (await post(kind, plainText(editor.getJSON()), values)) {
      editor.commands.clearContent()
      setValues({})
    }
  }
  submit.current = () => void send()
  const kinds = KINDS.filter((one) => (one.kind === 'task' ? tasks?.rights.create : true))
  return (
    <div className={classes.composer}>
      <EditorContent editor={editor} className={classes.editor} />
      {shown && <Extras meta={shown} keys={EXTRA[kind]} {...{ values, setValues, errors }} />}
      <div className={classes.bar}>
        <SegmentedControl
          value={kind}
          onChange={(next) => setKind(next as Kind)}
          aria-label={t('activity.kind')}
          data={kinds.map(({ kind: value, icon: Sign }) => ({
            value,
            label: (
              <span className={classes.kind}>
                <Sign size={14} aria-hidden />
                {t(`activity.${value}`)}
              </span>
            ),
          }))}
        />
        {editor && <Formats editor={editor} />}
        <span className="grow" />
        <Button variant="filled" disabled={empty} loading={busy} onClick={() => void send()}>
          {kind === 'task' ? t('activity.addTask') : t('activity.post')}
        </Button>
      </div>
      {menu && <People menu={menu} />}
    </div>
  )
}

function Formats({ editor }: { editor: Editor }) {
  const { t } = useTranslation()
  const on = useEditorState({
    editor,
    selector: ({ editor: e }) => ({ bold: e.isActive('bold'), list: e.isActive('bulletList') }),
  })
  const button = (label: string, pressed: boolean, sign: ReactNode, run: () => void) => (
    <button type="button" aria-label={label} title={label} aria-pressed={pressed} onClick={run}>
      {sign}
    </button>
  )
  return (
    <span className={classes.formats}>
      {button(t('activity.bold'), on.bold, <IconBold size={15} />, () =>
        editor.chain().focus().toggleBold().run(),
      )}
      {button(t('activity.list'), on.list, <IconList size={15} />, () =>
        editor.chain().focus().toggleBulletList().run(),
      )}
    </span>
  )
}

interface ExtrasProps {
  meta: ObjectMeta
  keys: string[]
  values: Record<string, unknown>
  setValues: (values: Record<string, unknown>) => void
  errors: Record<string, string>
}
/** The few further fields of a kind: when, with whom, by whom. */
function Extras({ meta, keys, values, setValues, errors }: ExtrasProps) {
  const fields = keys.flatMap((key) => fieldOf(meta, key) ?? []).filter((field) => field.editable)
  if (!fields.length) return null
  return (
    <div className={classes.extras}>
      {fields.map((field) => (
        <FieldInput
          key={field.key}
          field={{ ...field, required: false }}
          value={values[field.key] ?? null}
          error={errors[field.key]}
          object={meta.object}
          onChange={(value) => setValues({ ...values, [field.key]: value })}
        />
      ))}
    </div>
  )
}

function People({ menu }: { menu: MentionMenu }) {
  const { t } = useTranslation()
  const { people, active, place, choose } = menu
  if (!place) return null
  return (
    <Portal>
      <div
        className={classes.people}
        style={{ left: place.left, top: place.bottom + 6 }}
        role="listbox"
        aria-label={t('activity.mention')}
      >
        {people.map((person, index) => (
          <button
            key={person.id}
            type="button"
            role="option"
            aria-selected={index === active}
            onMouseDown={(event) => {
              event.preventDefault()
              choose(person)
            }}
          >
            <Avatar name={person.label} size={20} />
            {person.label}
          </button>
        ))}
        {!people.length && <p>{t('activity.noMentions')}</p>}
      </div>
    </Portal>
  )
}
