import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type CompanySettings, saveSettings, settingsQuery } from '@/api/admin'
import { keys } from '@/api/keys'
import { toast } from '@/ui/toast'

/** Changes settings of the company; who calls it tells of what goes wrong. */
export function useSaveSettings() {
  const { t } = useTranslation()
  const client = useQueryClient()
  return async (change: Partial<CompanySettings>) => {
    const saved = await saveSettings(change)
    client.setQueryData(settingsQuery.queryKey, saved)
    void client.invalidateQueries({ queryKey: keys.me })
    toast(t('settings.saved'))
  }
}
