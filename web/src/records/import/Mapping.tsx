import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type SheetOptions, startImport } from '@/api/imports'
import type { ObjectMeta } from '@/metadata/types'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import { titleField } from '../list/columns'
import { messages } from './messages'
import { type Choice, firstChoice, mapOf, type Part } from './rules'
import { SheetMapping, usedFields } from './SheetMapping'

interface Props {
  metas: ObjectMeta[]
  file: File
  parts: Part[]
  onStarted: (id: string) => void
  onBack: () => void
}

const optionsOf = (part: Part, choice: Choice): SheetOptions => ({
  object: part.object,
  map: mapOf(choice),
  mode: choice.mode,
  ...(choice.mode !== 'create' && { match: choice.match! }),
  ...(choice.mode !== 'update' && { duplicates: choice.duplicates }),
  ...(part.sheet && { sheet: part.sheet }),
  ...part.way,
  ...(part.preview.remembered?.corrects && { corrects: part.preview.remembered.corrects }),
})

/** Where the columns of each table go, and the start. */
export function Mapping({ metas, file, parts: first, onStarted, onBack }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const metaOf = (part: Part) => metas.find((meta) => meta.object === part.object)!
  const [parts, setParts] = useState(first)
  const [choices, setChoices] = useState(() => parts.map((part) => firstChoice(metaOf(part), part)))
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const reread = (at: number, part: Part) => {
    setParts((all) => all.with(at, part))
    setChoices((all) => all.with(at, firstChoice(metaOf(part), part)))
  }
  const fault = () => {
    for (const [at, part] of parts.entries()) {
      const { mode, match, ...choice } = choices[at]!
      const used = usedFields({ mode, match, ...choice })
      const title = titleField(metaOf(part))
      const named = used.has(title.key) || title.key in ((choice.others.defaults as object) ?? {})
      if (mode !== 'update' && !named) return t('imports.needName', { field: title.label })
      if (mode !== 'create' && (!match || !used.has(match))) return t('imports.needMatch')
    }
    return null
  }
  const start = async (dry_run: boolean) => {
    const found = fault()
    setFailure(found)
    if (found) return
    setBusy(true)
    const sheets = parts.map((part, at) => optionsOf(part, choices[at]!))
    try {
      const { id } = await startImport(
        file,
        sheets.length > 1 ? { sheets, dry_run } : { ...sheets[0], dry_run },
      )
      onStarted(id)
    } catch (refused) {
      setFailure(messages(refused))
    }
    setBusy(false)
  }
  const counts = parts.map(({ preview }) => preview.rows)
  const rows = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  return (
    <>
      {parts.map((part, at) => (
        <SheetMapping
          key={`${part.sheet}${part.object}`}
          meta={metaOf(part)}
          {...{ file, part }}
          choice={choices[at]!}
          beside={parts.filter((one) => one !== part).map(({ object }) => object)}
          onChange={(next) => setChoices((all) => all.with(at, next))}
          onRead={(next) => reread(at, next)}
        />
      ))}
      {failure && <Notice kind="error">{failure}</Notice>}
      <Group justify="space-between" gap="xs">
        <Button onClick={onBack}>{t('common.back')}</Button>
        <Group gap="xs">
          <Button
            loading={busy}
            title={t('imports.tryOutHint')}
            onClick={() => void start(true)}
            variant="light"
          >
            {t('imports.tryOut')}
          </Button>
          <Button variant="filled" loading={busy} onClick={() => void start(false)}>
            {t('imports.run')}
            {!counts.includes(null) && ` · ${format.number(rows)}`}
          </Button>
        </Group>
      </Group>
    </>
  )
}
