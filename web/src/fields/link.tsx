import { Link as RouterLink } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Link } from '@/api/types'
import { useColours, useObject, useObjects } from '@/metadata/hooks'
import { Avatar, Person } from '@/ui/Avatar'
import { IconLink, IconUser } from '@/ui/icons'
import { metadataIcon } from '@/ui/metadataIcons'
import { Tag } from '@/ui/Tag'
import { LinkPicker } from './LinkPicker'
import { LinkChip, LinkFilter } from './linkFilter'
import { linkCreator, linkScope, useAnyRecord, useLinkChoices } from './links'
import { TextChip, TextFilter } from './text'
import { type DisplayProps, defineKind, type InputProps } from './types'

function LinkName({ value, target }: { value: Link; target?: string | null }) {
  const { t } = useTranslation()
  const colours = useColours(target ?? value.object)
  if (!value.name) return <span className="dim3">{t('fields.hidden')}</span>
  if (colours) {
    return (
      <Tag colour={colours.get(value.id)} dot>
        {value.name}
      </Tag>
    )
  }
  return (
    <>
      <Avatar name={value.name} size={18} square />
      <span className="trunc" title={value.name}>
        {value.name}
      </span>
    </>
  )
}

const LinkCell = ({ field, value }: DisplayProps<Link>) => (
  <span className="person">
    <LinkName value={value} target={field.target} />
  </span>
)

/** The name, leading to the record when the reader knows its object. */
function LinkDisplay({ field, value }: DisplayProps<Link>) {
  const meta = useObject(value.object || field.target)
  const name = <LinkName value={value} target={field.target} />
  if (!meta?.navigation || !value.name) return <span className="person">{name}</span>
  return (
    <RouterLink
      to="/$path/$id"
      params={{ path: meta.path, id: value.id }}
      className="person link"
      onClick={(event) => event.stopPropagation()}
    >
      {name}
    </RouterLink>
  )
}

function UserCell({ field, value }: DisplayProps<Link>) {
  const { t } = useTranslation()
  // Names of users hide from nobody: who made a record and has none is the product itself.
  if (!value.name && field.system) return <span className="dim">{t('fields.bySystem')}</span>
  if (!value.name) return <span className="dim3">{t('fields.hidden')}</span>
  return <Person name={value.name} />
}

function LinkField(props: InputProps<Link>) {
  const { field, record, object } = props
  const { t } = useTranslation()
  const target = field.target ?? ''
  const meta = useObject(target)
  const scope = linkScope(object, field.key)?.(record ?? {})
  const useChoices = useCallback(
    (q: string) => {
      // biome-ignore lint/correctness/useHookAtTopLevel: a hook by contract, called by the picker's render
      const { items, pending } = useLinkChoices(target, q, scope)
      return { items: items.map(({ id, name }) => ({ id, name, object: target })), pending }
    },
    [target, scope],
  )
  const create = linkCreator()
  return (
    <LinkPicker
      {...props}
      useChoices={useChoices}
      placeholder={t('fields.searchLink', { object: meta?.label ?? field.label })}
      renderChoice={(link) => (
        <span className="person">
          <LinkName value={link} target={target} />
        </span>
      )}
      create={create && meta?.rights.create ? (name) => create(target, name) : undefined}
    />
  )
}

const anyChoices = (q: string) => {
  const items = useAnyRecord(q)
  return { items, pending: false }
}
function RecordField(props: InputProps<Link>) {
  const { t } = useTranslation()
  const objects = useObjects()
  return (
    <LinkPicker
      {...props}
      useChoices={anyChoices}
      placeholder={t('fields.searchAny')}
      renderChoice={(link) => {
        const meta = objects.find((one) => one.object === link.object)
        const Sign = metadataIcon(meta?.icon)
        return (
          <span className="person">
            <Sign size={15} stroke={1.7} aria-hidden />
            <span className="trunc">{link.name}</span>
            <span className="dim3">{meta?.label}</span>
          </span>
        )
      }}
    />
  )
}

const shared = {
  picks: true,
  Filter: LinkFilter,
  Chip: LinkChip,
  startOp: 'in',
  toWrite: (value: Link | null) => value?.id ?? null,
  toText: (value: Link) => value.name ?? '',
}

export const link = defineKind<Link>({
  groups: true,
  ...shared,
  icon: IconLink,
  width: 170,
  Display: LinkDisplay,
  Cell: LinkCell,
  Input: LinkField,
})

export const user = defineKind<Link>({
  groups: true,
  ...shared,
  icon: IconUser,
  width: 130,
  Display: UserCell,
  Cell: UserCell,
  Input: LinkField,
})

/** A link to a record of any object. */
export const record = defineKind<Link>({
  ...shared,
  anyRecord: true,
  icon: IconLink,
  width: 180,
  Display: LinkDisplay,
  Cell: LinkCell,
  Input: RecordField,
  Filter: TextFilter,
  Chip: TextChip,
  startOp: 'not_empty',
  toWrite: (value) => (value ? { id: value.id, object: value.object } : null),
})
