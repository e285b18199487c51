import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconLink, IconMail, IconPhone } from '@/ui/icons'
import { formatPhone } from '@/ui/phone'
import { useFormat } from '@/ui/useFormat'
import { control } from './control'
import { TextCell, TextChip, TextFilter } from './text'
import { type DisplayProps, defineKind, type FieldKind, type InputProps } from './types'

type How = 'email' | 'tel' | 'url'

const hrefs: Record<How, (value: string) => string> = {
  email: (value) => `mailto:${value}`,
  tel: (value) => `tel:${value}`,
  // Anything but http(s) would let a stored value run as a script.
  url: (value) => (/^https?:\/\//i.test(value) ? value : `https://${value}`),
}

function ReachLink({ how, value }: { how: How; value: string }) {
  const { t } = useTranslation()
  const { locale } = useFormat()
  const title = {
    email: t('fields.mail', { value }),
    tel: t('fields.call', { value }),
    url: t('fields.visit', { value }),
  }[how]
  return (
    <a
      className="link trunc num"
      href={hrefs[how](value)}
      title={title}
      target={how === 'url' ? '_blank' : undefined}
      rel="noreferrer"
      onClick={(event) => event.stopPropagation()}
    >
      {how === 'tel' ? formatPhone(locale, value) : value.replace(/^https?:\/\//i, '')}
    </a>
  )
}

function ReachField({ how, ...props }: InputProps<string> & { how: How }) {
  return (
    <TextInput
      {...control(props)}
      type={how}
      inputMode={how}
      autoComplete="off"
      maxLength={props.field.max_length ?? undefined}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value || null)}
    />
  )
}

const reach = (how: How, icon: typeof IconMail, startOp: string) =>
  defineKind<string>({
    icon,
    width: 180,
    Display: ({ value }: DisplayProps<string>) => <ReachLink how={how} value={value} />,
    Cell: TextCell,
    Input: (props: InputProps<string>) => <ReachField how={how} {...props} />,
    Filter: TextFilter,
    Chip: TextChip,
    startOp,
    toText: (value) => value,
    fromText: (pasted) => pasted.trim(),
  })

export const email = reach('email', IconMail, 'contains')

function PhoneCell({ value }: DisplayProps<string>) {
  const { locale } = useFormat()
  return <span className="trunc num">{formatPhone(locale, value)}</span>
}
export const phone: FieldKind = {
  ...reach('tel', IconPhone, 'contains'),
  Cell: PhoneCell as FieldKind['Cell'],
  cleaning: 'phone',
  dials: true,
}
export const url = reach('url', IconLink, 'contains')
