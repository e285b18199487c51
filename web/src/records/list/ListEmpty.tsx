import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ObjectMeta } from '@/metadata/types'
import { Empty } from '@/ui/Empty'
import { IconPlus, IconSearch, IconUpload } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { openCreate } from '../form/createStore'
import { emptyHint } from './emptyHints'

interface Props {
  meta: ObjectMeta
  /** Filters or words hide what there may be. */
  narrowed: boolean
  clear: () => void
}

export function ListEmpty({ meta, narrowed, clear }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  if (narrowed) {
    return (
      <Empty icon={IconSearch} title={t('list.noMatch')} hint={t('list.noMatchHint')}>
        <Button onClick={clear}>{t('list.clearFilters')}</Button>
      </Empty>
    )
  }
  const title = t('list.empty', { object: meta.label_plural })
  return (
    <Empty
      icon={metadataIcon(meta.icon)}
      title={title}
      hint={emptyHint(meta.object) ?? t('list.emptyHint')}
    >
      {meta.rights.create && (
        <Button
          variant="filled"
          leftSection={<IconPlus size={14} />}
          onClick={() => openCreate({ object: meta.object })}
        >
          {t('common.createObject', { object: meta.label })}
        </Button>
      )}
      {meta.rights.import && (
        <Button
          leftSection={<IconUpload size={14} />}
          onClick={() => void navigate({ to: '/imports', search: { object: meta.object } })}
        >
          {t('list.import')}
        </Button>
      )}
    </Empty>
  )
}
