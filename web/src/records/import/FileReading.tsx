import { Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type FileWay, type Preview, previewImport } from '@/api/imports'
import { Notice } from '@/ui/Notice'
import classes from './FileReading.module.css'
import { messages } from './messages'
import type { Part } from './rules'

const ENCODINGS: Record<string, string> = {
  'utf-8': 'UTF-8',
  gb18030: 'GB18030 (GBK)',
  big5hkscs: 'Big5',
  'utf-16-le': 'UTF-16 LE',
  'utf-16-be': 'UTF-16 BE',
  cp1252: 'Windows-1252',
  cp1250: 'Windows-1250',
  cp1251: 'Windows-1251',
  shift_jis: 'Shift JIS',
  euc_kr: 'EUC-KR',
}
const DELIMITERS = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar' } as const
const QUOTES = { '"': 'double', "'": 'single', '': 'unquoted' } as const
const NO_HEADER = '0'
const CARDS = /\.vcf$/i

export const encodings = (known?: string | null) => [
  ...(known && !(known in ENCODINGS) ? [{ value: known, label: known.toUpperCase() }] : []),
  ...Object.entries(ENCODINGS).map(([value, label]) => ({ value, label })),
]

interface Props {
  file: File
  part: Part
  /** The file was read anew, in the way that was chosen. */
  onRead: (part: Part) => void
}

/** How a file was read, as it looked; what was taken wrongly is chosen here, and it is read anew. */
export function FileReading({ file, part, onRead }: Props) {
  const { t } = useTranslation()
  const { preview, object, sheet } = part
  const reading = useMutation({
    mutationFn: (way: FileWay) => previewImport(file, file.name, { object, sheet, ...way }),
    onSuccess: (found, way) => onRead({ ...part, way, preview: found }),
  })
  const { isPending: busy, error } = reading
  const change = (way: FileWay) => reading.mutate({ ...part.way, ...way })
  const isText = preview.delimiter !== null
  if (!isText && preview.header_row === null && !CARDS.test(file.name)) return null
  return (
    <>
      <div className={classes.ways} aria-busy={busy}>
        {preview.encoding !== null && (
          <Select
            label={t('imports.way.encoding')}
            searchable
            allowDeselect={false}
            disabled={busy}
            data={encodings(preview.encoding)}
            value={preview.encoding}
            onChange={(encoding) => encoding && change({ encoding })}
          />
        )}
        {isText && (
          <>
            <Select
              label={t('imports.way.delimiter')}
              allowDeselect={false}
              disabled={busy}
              data={Object.entries(DELIMITERS).map(([value, name]) => ({
                value,
                label: t(`imports.way.${name}`),
              }))}
              value={preview.delimiter}
              onChange={(delimiter) => delimiter && change({ delimiter })}
            />
            <Select
              label={t('imports.way.quote')}
              allowDeselect={false}
              disabled={busy}
              data={Object.entries(QUOTES).map(([value, name]) => ({
                value,
                label: t(`imports.way.${name}`),
              }))}
              value={preview.quote}
              onChange={(quote) => quote !== null && change({ quote })}
            />
          </>
        )}
        {preview.header_row !== null && (
          <HeaderRow preview={preview} busy={busy} onChange={change} />
        )}
      </div>
      {error !== null && <Notice kind="error">{messages(error)}</Notice>}
    </>
  )
}

interface HeaderProps {
  preview: Preview
  busy: boolean
  onChange: (way: FileWay) => void
}

/** Which row names the columns, among the first ones. */
function HeaderRow({ preview, busy, onChange }: HeaderProps) {
  const { t } = useTranslation()
  const value = String(preview.header_row)
  const rows = preview.top.map(({ row, cells }) => ({
    value: String(row),
    label: t('imports.way.row', { row, cells: cells.filter(Boolean).join(' · ') }),
  }))
  const known = value === NO_HEADER || rows.some((row) => row.value === value)
  return (
    <Select
      className={classes.header}
      label={t('imports.way.header')}
      allowDeselect={false}
      disabled={busy}
      data={[
        ...rows,
        ...(known ? [] : [{ value, label: t('imports.way.row', { row: value, cells: '' }) }]),
        { value: NO_HEADER, label: t('imports.way.noHeader') },
      ]}
      value={value}
      onChange={(row) => row && onChange({ header_row: Number(row) })}
    />
  )
}
