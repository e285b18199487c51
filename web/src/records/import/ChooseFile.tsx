import { Loader, Select, UnstyledButton } from '@mantine/core'
import clsx from 'clsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { previewImport } from '@/api/imports'
import { navigationGroups } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { FileButton } from '@/ui/FileButton'
import { IconFileSpreadsheet } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { messageOf } from '@/ui/toast'
import classes from './Import.module.css'
import type { Part } from './rules'

interface Props {
  objects: ObjectMeta[]
  onChosen: (file: File, part: Part) => void
}
const ACCEPTED = '.csv,.tsv,.txt,.xlsx,.xls,.vcf,.json,.jsonl'

/** What is imported, and from which file. */
export function ChooseFile({ objects, onChosen }: Props) {
  const { t } = useTranslation()
  const [object, setObject] = useState<string | null>(null)
  const [reading, setReading] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [over, setOver] = useState(false)
  const shown = navigationGroups(objects).flatMap((group) => group.objects)
  const into = object ?? shown[0]?.object ?? null
  const read = async (file: File | null | undefined) => {
    if (!file || !into) return
    setReading(file.name)
    setFailure(null)
    try {
      const preview = await previewImport(file, file.name, { object: into })
      onChosen(file, { sheet: null, object: into, preview })
    } catch (error) {
      setFailure(messageOf(error))
    }
    setReading(null)
  }
  return (
    <Section title={t('imports.start')}>
      <Select
        label={t('imports.object')}
        w={240}
        maw="100%"
        data={shown.map((meta) => ({ value: meta.object, label: meta.label_plural }))}
        value={into}
        allowDeselect={false}
        onChange={setObject}
      />
      {failure && <Notice kind="error">{failure}</Notice>}
      <FileButton accept={ACCEPTED} onChange={(file) => void read(file)}>
        {(props) => (
          <UnstyledButton
            {...props}
            className={clsx(classes.drop, over && classes.over)}
            disabled={reading !== null || !into}
            onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault()
              setOver(false)
              void read(event.dataTransfer.files[0])
            }}
          >
            {reading ? <Loader size={22} /> : <IconFileSpreadsheet size={28} stroke={1.4} />}
            <b>{reading ? t('imports.reading', { name: reading }) : t('imports.chooseFile')}</b>
            <span className="dim3">{t('imports.dropHint')}</span>
          </UnstyledButton>
        )}
      </FileButton>
    </Section>
  )
}
