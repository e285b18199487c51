import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Import } from '@/api/imports'
import { IconDownload } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import classes from './Import.module.css'
import { RowTable } from './RowTable'

/** What is to be told beside the counts: what was assumed, left out, or read all the same. */
export function Notes({ data }: { data: Import }) {
  const { t } = useTranslation()
  const { assumed = [], notes = [], left_out } = data
  const join = (names: string[]) => names.join(t('imports.between'))
  return (
    <>
      {assumed.length > 0 && (
        <Notice kind="info" title={t('imports.assumed')}>
          {assumed.map(({ column, message }) => (
            <p key={column}>{t('imports.ofColumn', { column, message })}</p>
          ))}
        </Notice>
      )}
      {left_out.length > 0 && (
        <p className={classes.hint}>{t('imports.leftOut', { columns: join(left_out) })}</p>
      )}
      {notes.length > 0 && (
        <>
          <div className={classes.errorsHead}>
            <h3>{t('imports.notes')}</h3>
            <span className="grow" />
            {data.notes_file && (
              <Button
                component="a"
                href={data.notes_file}
                download
                leftSection={<IconDownload size={14} />}
              >
                {t('imports.notesFile')}
              </Button>
            )}
          </div>
          <RowTable rows={notes} />
        </>
      )}
    </>
  )
}
