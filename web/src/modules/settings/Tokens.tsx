import {
  ActionIcon,
  Button,
  CopyButton,
  Group,
  Modal,
  Select,
  Stack,
  TextInput,
} from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dropToken, makeToken, type Scope, type Token, tokensQuery } from '@/api/account'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { confirm } from '@/ui/confirm'
import { Empty } from '@/ui/Empty'
import { IconKey, IconPlus, IconTrash } from '@/ui/icons'
import { Notice } from '@/ui/Notice'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { messageOf, toastError } from '@/ui/toast'
import classes from './Settings.module.css'

/** Tokens for programs that act as oneself. */
export default function Tokens() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data } = useQuery(tokensQuery)
  const [making, setMaking] = useState(false)
  const refresh = () => client.invalidateQueries({ queryKey: tokensQuery.queryKey })
  const drop = async (token: Token) => {
    const title = t('settings.deleteToken', { name: token.name })
    const body = t('settings.deleteTokenHint')
    if (!(await confirm({ title, body, yes: t('common.delete'), danger: true }))) return
    try {
      await dropToken(token.id)
      await refresh()
    } catch (error) {
      toastError(error)
    }
  }
  const button = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setMaking(true)}>
      {t('settings.newToken')}
    </Button>
  )
  return (
    <Section title={t('settings.pages.tokens')} action={data?.items.length ? button : undefined}>
      <p className={classes.hint}>{t('settings.tokensHint')}</p>
      {!data && <PartSkeleton height={40} />}
      {data && !data.items.length && (
        <Empty icon={IconKey} title={t('settings.noTokens')}>
          {button}
        </Empty>
      )}
      <ul className={classes.rows}>
        {data?.items.map((token) => (
          <li key={token.id} className={classes.row}>
            <IconKey size={18} stroke={1.6} aria-hidden />
            <span className={classes.words}>
              <b className="trunc">{token.name}</b>
              <small>
                {token.last_used_at ? <Time at={token.last_used_at} /> : t('settings.neverUsed')}
              </small>
            </span>
            <Tag>
              {token.scopes.includes('write') ? t('settings.scopeWrite') : t('settings.scopeRead')}
            </Tag>
            <ActionIcon
              aria-label={t('settings.deleteToken', { name: token.name })}
              onClick={() => void drop(token)}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {making && <NewToken onMade={() => void refresh()} onClose={() => setMaking(false)} />}
    </Section>
  )
}

function NewToken({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [scope, setScope] = useState('read')
  const [made, setMade] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      const scopes: Scope[] = scope === 'write' ? ['read', 'write'] : ['read']
      const { token } = await makeToken(name.trim(), scopes)
      setMade(token)
      onMade()
    } catch (error) {
      setFailure(messageOf(error))
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('settings.newToken')}>
      {made ? (
        <Stack gap="sm">
          <Notice kind="warning">{t('settings.tokenMade')}</Notice>
          <TextInput readOnly value={made} aria-label={t('settings.newToken')} />
          <Group justify="flex-end" gap="xs">
            <Button onClick={onClose}>{t('common.close')}</Button>
            <CopyButton value={made}>
              {({ copied, copy }) => (
                <Button variant="filled" onClick={copy}>
                  {copied ? t('common.copied') : t('settings.copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="sm">
            {failure && <Notice kind="error">{failure}</Notice>}
            <TextInput
              label={t('settings.tokenName')}
              data-autofocus
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Select
              label={t('settings.tokenScope')}
              data={[
                { value: 'read', label: t('settings.scopeRead') },
                { value: 'write', label: t('settings.scopeWrite') },
              ]}
              value={scope}
              allowDeselect={false}
              onChange={(next) => setScope(next ?? 'read')}
            />
            <Group justify="flex-end" gap="xs">
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button type="submit" variant="filled" disabled={!name.trim()}>
                {t('common.create')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
