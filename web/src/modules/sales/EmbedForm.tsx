import { Button, CopyButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PartProps } from '@/records/record/parts'
import { IconCheck, IconCopy, IconExternalLink } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import classes from './Embed.module.css'

/** How a form comes onto a website: its link, and the lines that embed it. */
export default function EmbedForm({ record }: PartProps) {
  const { t } = useTranslation()
  const link = String(record.page_url ?? '')
  const lines = String(record.embed ?? '')
  const sites = (record.allowed_sites as string[] | null) ?? []
  return (
    <>
      {record.active === false && <Notice kind="info">{t('sales.embed.closed')}</Notice>}
      <Piece title={t('sales.embed.link')} hint={t('sales.embed.linkHint')} text={link}>
        <Button
          component="a"
          href={link}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconExternalLink size={14} />}
        >
          {t('sales.embed.open')}
        </Button>
      </Piece>
      <Piece
        title={t('sales.embed.snippet')}
        hint={
          sites.length
            ? t('sales.embed.snippetHint', { sites: sites.join(', ') })
            : t('sales.embed.noSites')
        }
        text={lines}
      />
    </>
  )
}

interface PieceProps {
  title: string
  hint: string
  text: string
  children?: ReactNode
}
function Piece({ title, hint, text, children }: PieceProps) {
  const { t } = useTranslation()
  return (
    <section className={classes.piece} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="grow" />
        {children}
        <CopyButton value={text} timeout={2000}>
          {({ copied, copy }) => (
            <Button
              variant="filled"
              onClick={copy}
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            >
              {copied ? t('sales.embed.copied') : t('sales.embed.copy')}
            </Button>
          )}
        </CopyButton>
      </header>
      <p>{hint}</p>
      <pre>{text}</pre>
    </section>
  )
}
