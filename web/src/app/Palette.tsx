import '@mantine/spotlight/styles.layer.css'
import { useDebouncedValue } from '@mantine/hooks'
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
} from '@mantine/spotlight'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { searchQuery } from '@/api/queries'
import { usePreference } from '@/api/session'
import type { Link, SearchHit } from '@/api/types'
import { findObject, useObjects } from '@/metadata/hooks'
import { Avatar } from '@/ui/Avatar'
import { IconSearch } from '@/ui/icons'
import { useCommands, usePages } from './commands'

/** What stands around the words that were met says more than the record's facts. */
const toldOf = (hit: SearchHit) => hit.snippet ?? hit.subtitle

const matches = (q: string) => (action: SpotlightActionData) =>
  !q || (action.label ?? '').toLowerCase().includes(q.toLowerCase())

/** Ctrl/⌘ K: what was opened lately, records found by the server, pages and commands. */
export default function Palette() {
  const { t } = useTranslation()
  const objects = useObjects()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 120)
  const [recents = []] = usePreference('recents')
  const { data, isFetching } = useQuery({ ...searchQuery(q), placeholderData: keepPreviousData })
  const pages = usePages()
  const commands = useCommands()

  const toAction = (link: Link, subtitle?: string | null): SpotlightActionData[] => {
    const meta = findObject(objects, link.object)
    if (!meta) return []
    const open = () => void navigate({ to: '/$path/$id', params: { path: meta.path, id: link.id } })
    return [
      {
        id: `${link.object}-${link.id}`,
        label: link.name,
        description: [meta.label, subtitle].filter(Boolean).join(' · '),
        leftSection: <Avatar name={link.name} size={22} square />,
        onClick: open,
      },
    ]
  }
  const groups: SpotlightActionGroupData[] = [
    {
      group: t('shell.palette.recents'),
      actions: typed ? [] : recents.slice(0, 6).flatMap((link) => toAction(link)),
    },
    {
      group: data?.instead
        ? t('shell.palette.instead', { typed: q, shown: data.instead })
        : t('shell.palette.records'),
      actions: q ? (data?.items ?? []).flatMap((hit) => toAction(hit, toldOf(hit))) : [],
    },
    { group: t('shell.palette.pages'), actions: pages.filter(matches(typed)) },
    { group: t('shell.palette.commands'), actions: commands.filter(matches(typed)) },
  ].filter((group) => group.actions.length > 0)

  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      filter={(_query, actions) => actions}
      shortcut="mod + K"
      nothingFound={isFetching ? t('shell.palette.searching') : t('shell.palette.nothing')}
      scrollable
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      maxHeight={420}
      size={600}
      radius={12}
      highlightQuery
      overlayProps={{ backgroundOpacity: 0.28, blur: 0 }}
      attributes={{ content: { 'aria-label': t('shell.palette.title') } }}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.7} />,
        placeholder: t('shell.palette.placeholder'),
        'aria-label': t('common.search'),
      }}
    />
  )
}
