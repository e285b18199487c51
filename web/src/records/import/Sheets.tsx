import { Button, Group, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { previewImport } from '@/api/imports'
import type { ObjectMeta } from '@/metadata/types'
import { IconArrowRight } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { messageOf } from '@/ui/toast'
import importClasses from './Import.module.css'
import classes from './Mapping.module.css'
import type { Part } from './rules'

interface Props {
  metas: ObjectMeta[]
  file: File
  /** What was read first, by which the sheets are known. */
  first: Part
  onChosen: (parts: Part[]) => void
  onBack: () => void
}
const SKIP = ''

/** The object whose name a sheet bears. */
function guessed(sheet: string, metas: ObjectMeta[]) {
  const name = sheet.trim().toLowerCase()
  const names = (meta: ObjectMeta) => [meta.object, meta.path, meta.label, meta.label_plural]
  return metas.find((meta) => names(meta).some((one) => one.toLowerCase() === name))?.object
}

/** Which sheets of a workbook are imported, and into what. */
export function Sheets({ metas, file, first, onChosen, onBack }: Props) {
  const { t } = useTranslation()
  const { sheets } = first.preview
  const [objects, setObjects] = useState(() =>
    sheets.map(
      (sheet) => guessed(sheet, metas) ?? (sheet === first.preview.sheet ? first.object : SKIP),
    ),
  )
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const read = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const parts: Part[] = []
      for (const [at, sheet] of sheets.entries()) {
        const object = objects[at]
        if (!object) continue
        parts.push({
          sheet,
          object,
          preview: await previewImport(file, file.name, { object, sheet }),
        })
      }
      onChosen(parts)
    } catch (error) {
      setFailure(messageOf(error))
    }
    setBusy(false)
  }
  return (
    <Section title={t('imports.sheets')}>
      <p className={importClasses.facts}>{file.name}</p>
      <p className={importClasses.hint}>{t('imports.sheetsHint')}</p>
      <ul className={classes.columns} aria-label={t('imports.sheets')}>
        {sheets.map((sheet, at) => (
          <li key={sheet}>
            <b className="trunc">{sheet}</b>
            <IconArrowRight size={15} aria-hidden data-on={objects[at] ? true : undefined} />
            <Select
              aria-label={`${t('imports.object')}: ${sheet}`}
              searchable
              allowDeselect={false}
              data={[
                { value: SKIP, label: t('imports.skip') },
                ...metas.map((meta) => ({ value: meta.object, label: meta.label_plural })),
              ]}
              value={objects[at] ?? SKIP}
              onChange={(object) => setObjects((all) => all.with(at, object ?? SKIP))}
            />
          </li>
        ))}
      </ul>
      {failure && <Notice kind="error">{failure}</Notice>}
      <Group justify="space-between" mt="md" gap="xs">
        <Button onClick={onBack}>{t('common.back')}</Button>
        <Button
          variant="filled"
          loading={busy}
          disabled={!objects.some(Boolean)}
          onClick={() => void read()}
        >
          {t('imports.next')}
        </Button>
      </Group>
    </Section>
  )
}
