import { ActionIcon, Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { urlOf } from '@/api/client'
import type { Locale, RecordData } from '@/api/types'
import { currentLocale } from '@/i18n'
import type { ObjectMeta } from '@/metadata/types'
import { IconFileTypePdf, IconPrinter } from '@/ui/icons'

interface Props {
  meta: ObjectMeta
  record: RecordData
}

/** The record as a document, in the reader's language first: customers may speak the other. */
export function PrintMenu({ meta, record }: Props) {
  const { t } = useTranslation()
  const own = currentLocale()
  const other: Locale = own === 'en' ? 'zh-CN' : 'en'
  const item = (locale: Locale, format: 'html' | 'pdf') => {
    const Sign = format === 'pdf' ? IconFileTypePdf : IconPrinter
    const words = format === 'pdf' ? t('record.pdf') : t('record.print')
    return (
      <Menu.Item
        component="a"
        href={urlOf(`/${meta.path}/${record.id}/document`, { format, locale })}
        target="_blank"
        rel="noopener"
        leftSection={<Sign size={15} />}
      >
        {locale === own ? words : `${words} · ${t('record.otherLanguage')}`}
      </Menu.Item>
    )
  }
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon aria-label={t('record.printMenu')}>
          <IconPrinter size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item(own, 'pdf')}
        {item(own, 'html')}
        <Menu.Divider />
        {item(other, 'pdf')}
        {item(other, 'html')}
      </Menu.Dropdown>
    </Menu>
  )
}
