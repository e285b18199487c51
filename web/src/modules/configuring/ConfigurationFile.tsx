import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { exportUrl } from '@/api/configuring'
import { IconDownload } from '@/ui/icons'
import { Section } from '@/ui/Section'
import { ApplyFile } from './ApplyFile'
import classes from './Configuring.module.css'

/** All settings as a file: written here, brought about here. */
export default function ConfigurationFile() {
  const { t } = useTranslation()
  const [departments, setDepartments] = useState(false)
  return (
    <>
      <Section title={t('configuring.exportTitle')}>
        <p className={classes.hint}>{t('configuring.exportHint')}</p>
        <div className={classes.bar}>
          <Button
            component="a"
            href={departments ? `${exportUrl}?include=department` : exportUrl}
            download
            variant="filled"
            leftSection={<IconDownload size={15} />}
          >
            {t('configuring.download')}
          </Button>
          <Checkbox
            label={t('configuring.departments')}
            checked={departments}
            onChange={(event) => setDepartments(event.currentTarget.checked)}
          />
        </div>
      </Section>
      <ApplyFile />
    </>
  )
}
