import { Loader, Select, UnstyledButton } from '@mantine/core'
import clsx from 'clsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type FileWay, previewImport } from '@/api/imports'
import { navigationGroups } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import { FileButton } from '@/ui/FileButton'
import { IconFileSpreadsheet } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { encodings } from './FileReading'
import classes from './Import.module.css'
import { messages } from './messages'
import type { Part } from './rules'

interface Props {
  objects: ObjectMeta[]
  /** Where one came from: what is imported unless another is chosen. */
  first?: string
  onChosen: (file: File, part: Part) => void
}
const TEXTS = /\.(csv|tsv|txt|vcf)$/i
const ACCEPTED = '.csv,.tsv,.txt,.xlsx,.xls,.vcf,.json,.jsonl'

/** What is imported, and from which file. */
export function ChooseFile({ objects, first, onChosen }: Props) {
  const { t } = useTranslation()
  const [object, setObject] = useState<string | null>(null)
  const [reading, setReading] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  // what could not be read as it looks is read as its owner says
  const [unread, setUnread] = useState<File | null>(null)
  const [over, setOver] = useState(false)
  const shown = navigationGroups(objects).flatMap((group) => group.objects)
  const into = object ?? (shown.find((meta) => meta.object === first) ?? shown[0])?.object ?? null
  const read = async (file: File | null | undefined, way: FileWay = {}) => {
    if (!file || !into) return
    setReading(file.name)
    setFailure(null)
    try {
      const preview = await previewImport(file, file.name, { object: into, ...way })
      onChosen(file, { sheet: null, object: into, preview, way })
    } catch (error) {
      setFailure(messages(error))
      setUnread(TEXTS.test(file.name) ? file : null)
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
      {failure && unread && (
        <Select
          label={t('imports.way.readAs', { name: unread.name })}
          placeholder={t('imports.way.encoding')}
          w={240}
          maw="100%"
          mb="sm"
          disabled={reading !== null}
          data={encodings()}
          value={null}
          onChange={(encoding) => encoding && void read(unread, { encoding })}
        />
      )}
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
