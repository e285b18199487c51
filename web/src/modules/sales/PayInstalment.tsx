import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Link } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { PartProps } from '@/records/record/parts'
import { IconCash } from '@/ui/icons'
import classes from './Money.module.css'
import { isOpen, recordPayment } from './recordPayment'

/** On the page of an instalment: what comes in for it is recorded from here. */
export default function PayInstalment({ record }: PartProps) {
  const { t } = useTranslation()
  const payments = useObject('payment')
  const contract = record.contract as Link | null
  if (!payments?.rights.create || !contract?.name || !isOpen(record)) return null
  return (
    <div className={classes.pay}>
      <Button
        variant="filled"
        leftSection={<IconCash size={14} />}
        onClick={() => recordPayment({ id: contract.id, name: contract.name ?? '' }, record)}
      >
        {t('sales.record')}
      </Button>
    </div>
  )
}
