import { ActionIcon, Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ObjectMeta } from '@/metadata/types'
import { IconPlus } from '@/ui/icons'
import { useMobile } from '@/ui/useMobile'
import { openCreate } from './createStore'

/** Begins a new record; on a phone a plus alone, where the word would push others out. */
export function CreateButton({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const mobile = useMobile()
  if (!meta.rights.create) return null
  const open = () => openCreate({ object: meta.object })
  if (mobile) {
    return (
      <ActionIcon
        variant="filled"
        color="brand"
        size={36}
        aria-label={t('common.create')}
        onClick={open}
      >
        <IconPlus size={18} />
      </ActionIcon>
    )
  }
  return (
    <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={open}>
      {t('common.create')}
    </Button>
  )
}
