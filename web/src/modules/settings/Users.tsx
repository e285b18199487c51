import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { viewAs } from '@/api/rights'
import { useMe } from '@/api/session'
import type { RecordData, Link as RecordLink } from '@/api/types'
import { useObject } from '@/metadata/hooks'
import type { Action, ObjectMeta } from '@/metadata/types'
import { openCreate } from '@/records/form/createStore'
import { ActionDialog } from '@/records/record/ActionDialog'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Avatar } from '@/ui/Avatar'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { IconDots, IconEye, IconSearch, IconUserPlus, IconUsers } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { toastError } from '@/ui/toast'
import { ADMINISTRATOR } from './rights'
import classes from './Settings.module.css'

export default function Users() {
  const meta = useObject('user')
  return meta ? <List meta={meta} /> : null
}

const HandOverDialog = lazy(() => import('../handover/HandOverDialog'))

const MANY = 200
// who leaves hands over step by step; a program gives everything to one
const HAND_OVER = 'hand_over'
/** Everyone with an account: invited, deactivated, handed over from here. */
function List({ meta }: { meta: ObjectMeta }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, 200)
  const [asked, setAsked] = useState<{ user: RecordData; action: Action } | null>(null)
  const { data, error, refetch } = useQuery({
    ...rowsQuery(meta, { q: q || undefined, sort: 'name', limit: MANY, count: 'none' }),
    placeholderData: (before) => before,
  })
  const invite = meta.actions.find(({ key }) => key === 'invite')
  const add = () =>
    openCreate({
      object: meta.object,
      // Who was just made is invited next: the dialog gives the link to pass on.
      onCreated: (user) => invite && setAsked({ user, action: invite }),
    })
  return (
    <Section
      title={meta.label_plural}
      action={
        meta.rights.create && (
          <Button variant="filled" leftSection={<IconUserPlus size={14} />} onClick={add}>
            {t('settings.invite')}
          </Button>
        )
      }
    >
      <TextInput
        mb="xs"
        maw={300}
        aria-label={t('settings.searchUsers')}
        placeholder={t('settings.searchUsers')}
        leftSection={<IconSearch size={14} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={40} />}
      {data && !data.items.length && <Empty icon={IconUsers} title={t('settings.noUsers')} />}
      <ul className={classes.rows}>
        {data?.items.map((user) => (
          <Row
            key={user.id}
            meta={meta}
            user={user}
            onAsk={(action) => setAsked({ user, action })}
          />
        ))}
      </ul>
      {asked?.action.key === HAND_OVER && (
        <Suspense>
          <HandOverDialog user={asked.user} onClose={() => setAsked(null)} />
        </Suspense>
      )}
      {asked && asked.action.key !== HAND_OVER && (
        <ActionDialog
          meta={meta}
          record={asked.user}
          action={asked.action}
          onClose={() => setAsked(null)}
        />
      )}
    </Section>
  )
}

interface RowProps {
  meta: ObjectMeta
  user: RecordData
  onAsk: (action: Action) => void
}
function Row({ meta, user, onAsk }: RowProps) {
  const { t } = useTranslation()
  const active = user.active !== false
  const role = user.role as RecordLink | null
  const email = String(user.email ?? '')
  const me = useMe()
  const looks = active && me.role.key === ADMINISTRATOR && me.user.id !== user.id
  const look = async () => {
    try {
      await viewAs(user.id)
    } catch (error) {
      toastError(error)
    }
  }
  const actions = active ? meta.actions : meta.actions.filter(({ when }) => !when)
  return (
    <li className={classes.row}>
      <Avatar name={user.name} size={30} />
      <span className={classes.words}>
        <Link to="/$path/$id" params={{ path: meta.path, id: user.id }} className="link">
          <b>{user.name}</b>
        </Link>
        <small className="trunc">
          {[email, user.department?.name].filter(Boolean).join(' · ')}
        </small>
      </span>
      {role && <Tag colour="indigo">{role.name}</Tag>}
      {!active && <Tag colour="red">{t('settings.inactive')}</Tag>}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t('settings.userActions', { name: user.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {looks && (
            <Menu.Item leftSection={<IconEye size={15} />} onClick={() => void look()}>
              {t('rights.viewAs')}
            </Menu.Item>
          )}
          {actions.map((action) => {
            const Sign = metadataIcon(action.icon)
            return (
              <Menu.Item
                key={action.key}
                color={action.dangerous ? 'red' : undefined}
                leftSection={<Sign size={15} />}
                onClick={() => onAsk(action)}
              >
                {action.label}
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
    </li>
  )
}
