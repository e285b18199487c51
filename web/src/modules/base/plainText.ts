import type { JSONContent } from '@tiptap/react'

function inline(node: JSONContent): string {
  if (node.type === 'mention') return `@[${node.attrs?.label}](user:${node.attrs?.id})`
  if (node.type === 'hardBreak') return '\n'
  const text = node.text ?? (node.content ?? []).map(inline).join('')
  const bold = node.marks?.some((mark) => mark.type === 'bold') && text.trim()
  return bold ? `**${text}**` : text
}

function lines(node: JSONContent): string[] {
  const children = node.content ?? []
  if (node.type === 'bulletList') {
    return children.map((item) => `- ${(item.content ?? []).map(inline).join(' ')}`)
  }
  if (node.type === 'paragraph') return [inline(node)]
  return children.flatMap(lines)
}

/** The editor's document as it is stored: lines, `- ` items, **bold**, `@[Name](user:id)`. */
export const plainText = (document: JSONContent) => lines(document).join('\n').trim()
