import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { duplicatesKey, isUnderWay, scanQuery, startScan } from '@/api/duplicates'
import { usePermission } from '@/api/session'
import { IconRefresh } from '@/ui/icons'
import { Time } from '@/ui/Time'
import { toast, toastError } from '@/ui/toast'
import classes from './Duplicates.module.css'

/** When everything was looked through last, and the way to do so again. */
export function Scanning() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayLook = usePermission('admin.data')
  const { data } = useQuery(scanQuery)
  const scan = data?.scan
  const underWay = isUnderWay(scan)
  const was = useRef(underWay)
  useEffect(() => {
    if (was.current && !underWay) {
      toast(t('duplicates.lookedDone'))
      void client.invalidateQueries({ queryKey: [...duplicatesKey, 'pairs'] })
    }
    was.current = underWay
  }, [underWay, client, t])
  const look = async () => {
    try {
      await startScan()
      await client.invalidateQueries({ queryKey: scanQuery.queryKey })
    } catch (error) {
      toastError(error)
    }
  }
  const percent = Math.round((scan?.progress ?? 0) * 100)
  return (
    <>
      {scan?.finished_at && !underWay && (
        <span className={classes.looked}>
          {t('duplicates.looked')} <Time at={scan.finished_at} />
        </span>
      )}
      {mayLook && (
        <Button
          disabled={underWay}
          leftSection={<IconRefresh size={15} />}
          onClick={() => void look()}
        >
          {underWay ? t('duplicates.looking', { percent }) : t('duplicates.look')}
        </Button>
      )}
      {!mayLook && underWay && (
        <span className={classes.looked}>{t('duplicates.looking', { percent })}</span>
      )}
    </>
  )
}
