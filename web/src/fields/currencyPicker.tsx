import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/useFormat'
import classes from './currencyPicker.module.css'

interface PickerProps {
  value: string
  onChange: (code: string) => void
}
/** The currency beside an amount; nothing to choose where money is in one currency only. */
export function useCurrencyPicker({ value, onChange }: PickerProps) {
  const { t } = useTranslation()
  const { currencies } = useFormat()
  const codes = currencies.includes(value) ? currencies : [value, ...currencies]
  if (codes.length < 2) return undefined
  return (
    <NativeSelect
      aria-label={t('fields.currency')}
      variant="unstyled"
      classNames={{ root: classes.root, input: classes.code, section: classes.mark }}
      data={codes}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
