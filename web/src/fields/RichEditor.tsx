import { Input } from '@mantine/core'
import { type Editor, EditorContent, useEditor, useEditorState } from '@tiptap/react'
import StarterKit from '@tiptap/starter-kit'
import { useEffect, useId } from 'react'
import { useTranslation } from 'react-i18next'
import {
  IconBlockquote,
  IconBold,
  IconHeading,
  IconItalic,
  IconList,
  IconListNumbers,
  IconUnderline,
} from '@/ui/icons'
import { RichLink } from './RichLink'
import classes from './rich.module.css'
import type { InputProps } from './types'

const BUTTONS = [
  ['bold', IconBold, (editor: Editor) => editor.chain().focus().toggleBold().run()],
  ['italic', IconItalic, (editor: Editor) => editor.chain().focus().toggleItalic().run()],
  ['underline', IconUnderline, (editor: Editor) => editor.chain().focus().toggleUnderline().run()],
  [
    'heading',
    IconHeading,
    (editor: Editor) => editor.chain().focus().toggleHeading({ level: 3 }).run(),
  ],
  ['bulletList', IconList, (editor: Editor) => editor.chain().focus().toggleBulletList().run()],
  [
    'orderedList',
    IconListNumbers,
    (editor: Editor) => editor.chain().focus().toggleOrderedList().run(),
  ],
  [
    'blockquote',
    IconBlockquote,
    (editor: Editor) => editor.chain().focus().toggleBlockquote().run(),
  ],
] as const

/** A text with headings, lists and links; its value is HTML. */
export default function RichEditor(props: InputProps<string>) {
  const { field, value, onChange, error, autoFocus, inline } = props
  const id = useId()
  const editor = useEditor({
    extensions: [StarterKit.configure({ link: { openOnClick: false } })],
    content: value ?? '',
    autofocus: autoFocus ? 'end' : false,
    editorProps: {
      attributes: { 'aria-label': field.label, role: 'textbox', 'aria-multiline': 'true', id },
    },
    onUpdate: ({ editor: now }) => onChange(now.isEmpty ? null : now.getHTML()),
  })
  useEffect(() => {
    // the value was put back from outside, as after a refused save
    if (!editor || editor.isFocused) return
    if ((value ?? '') !== (editor.isEmpty ? '' : editor.getHTML())) {
      editor.commands.setContent(value ?? '', { emitUpdate: false })
    }
  }, [editor, value])
  return (
    <Input.Wrapper
      label={inline ? undefined : field.label}
      description={inline ? undefined : field.help || undefined}
      withAsterisk={!inline && field.required}
      error={error || undefined}
      labelProps={{ htmlFor: id }}
    >
      <div className={classes.editor} data-error={error ? true : undefined}>
        {editor && <Bar editor={editor} />}
        <EditorContent editor={editor} className={classes.text} />
      </div>
    </Input.Wrapper>
  )
}

function Bar({ editor }: { editor: Editor }) {
  const { t } = useTranslation()
  const on = useEditorState({
    editor,
    selector: ({ editor: now }) =>
      new Set(['link', ...BUTTONS.map(([name]) => name)].filter((name) => now.isActive(name))),
  })
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('fields.rich.format')}>
      {BUTTONS.map(([name, Sign, run]) => (
        <button
          key={name}
          type="button"
          aria-label={t(`fields.rich.${name}`)}
          title={t(`fields.rich.${name}`)}
          aria-pressed={on.has(name)}
          onClick={() => run(editor)}
        >
          <Sign size={15} aria-hidden />
        </button>
      ))}
      <RichLink editor={editor} on={on.has('link')} />
    </div>
  )
}
