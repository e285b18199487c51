import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Preview } from '@/api/imports'
import { useObjects } from '@/metadata/hooks'
import { IconUpload } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { ChooseFile } from './ChooseFile'
import { Exports } from './Exports'
import { History } from './History'
import classes from './Import.module.css'
import { Mapping } from './Mapping'
import { Result } from './Result'

interface Chosen {
  file: File
  object: string
  preview: Preview
}

/** Import in three steps (file, mapping, result), and the lists of past imports and exports. */
export default function ImportPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead icon={IconUpload} title={t('imports.title')} />
      <Tabs
        defaultValue="imports"
        keepMounted={false}
        classNames={{ root: classes.root, list: classes.tabs, panel: classes.panel }}
      >
        <Tabs.List>
          <Tabs.Tab value="imports">{t('imports.tabImports')}</Tabs.Tab>
          <Tabs.Tab value="exports">{t('imports.tabExports')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="imports">
          <div className={classes.body}>
            <Wizard />
            <History />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="exports">
          <div className={classes.body}>
            <Exports />
          </div>
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Wizard() {
  const objects = useObjects().filter((meta) => meta.rights.import)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [running, setRunning] = useState<string | null>(null)
  const meta = objects.find((one) => one.object === chosen?.object)
  if (!chosen || !meta) return <ChooseFile objects={objects} onChosen={setChosen} />
  return (
    <>
      {/* Kept while the result is shown: after a trial one comes back to the same mapping. */}
      <div hidden={running !== null}>
        <Mapping
          key={chosen.file.name + chosen.object}
          meta={meta}
          file={chosen.file}
          preview={chosen.preview}
          onStarted={setRunning}
          onBack={() => setChosen(null)}
        />
      </div>
      {running && (
        <Result
          id={running}
          onBack={() => setRunning(null)}
          onAnother={() => {
            setRunning(null)
            setChosen(null)
          }}
        />
      )}
    </>
  )
}
