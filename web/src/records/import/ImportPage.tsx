import { Tabs } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObjects } from '@/metadata/hooks'
import { IconUpload } from '@/ui/icons'
import { PageHead } from '@/ui/PageHead'
import { ChooseFile } from './ChooseFile'
import { Exports } from './Exports'
import { History } from './History'
import classes from './Import.module.css'
import { Mapping } from './Mapping'
import { Result } from './Result'
import type { Part } from './rules'
import { Sheets } from './Sheets'

interface Chosen {
  file: File
  first: Part
  /** The tables that are imported; not chosen yet of a workbook with several sheets. */
  parts: Part[] | null
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
  const { object: asked } = useSearch({ from: '/shell/imports' })
  const metas = useObjects().filter((meta) => meta.rights.import)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [running, setRunning] = useState<string | null>(null)
  const restart = () => {
    setRunning(null)
    setChosen(null)
  }
  if (!chosen)
    return (
      <ChooseFile
        objects={metas}
        first={asked}
        onChosen={(file, first) =>
          setChosen({ file, first, parts: first.preview.sheets.length > 1 ? null : [first] })
        }
      />
    )
  const { file, first, parts } = chosen
  if (!parts)
    return (
      <Sheets
        {...{ metas, file, first }}
        onChosen={(found) => setChosen({ file, first, parts: found })}
        onBack={restart}
      />
    )
  return (
    <>
      {/* Kept while the result is shown: after a trial one comes back to the same mapping. */}
      <div className={classes.body} hidden={running !== null}>
        <Mapping
          key={file.name + first.object}
          {...{ metas, file, parts }}
          onStarted={setRunning}
          onBack={restart}
        />
      </div>
      {running && (
        <Result
          id={running}
          onBack={() => setRunning(null)}
          onAnother={restart}
          onStarted={setRunning}
        />
      )}
    </>
  )
}
