import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Body } from '@/api/layouts'
import { previewLayout } from '@/api/layouts'
import { recordQuery } from '@/api/records'
import type { RecordData } from '@/api/types'
import { findObject, navigationGroups, useObjects } from '@/metadata/hooks'
import type { ObjectMeta, PagePlace } from '@/metadata/types'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { Section } from '@/ui/Section'
import { LAYOUTS, PLACES } from './draft'
import { LayoutEditor } from './LayoutEditor'
import { LayoutList } from './LayoutList'

interface Open {
  place: PagePlace
  /** Null: a new one. */
  id: string | null
}

/** The layouts of each object, and the editor of one. */
export default function Layouts() {
  const { t } = useTranslation()
  const objects = useObjects()
  const groups = navigationGroups(objects)
  const [chosen, setChosen] = useState<string | null>(null)
  const [open, setOpen] = useState<Open | null>(null)
  const meta = findObject(objects, chosen) ?? groups[0]?.objects[0]
  if (!meta) return null
  if (open) {
    const again = (record: RecordData) => setOpen({ ...open, id: record.id })
    return (
      <Loaded
        key={`${meta.object}${open.id}`}
        meta={meta}
        {...open}
        onSaved={again}
        onClose={() => setOpen(null)}
      />
    )
  }
  return (
    <Section
      title={t('settings.pages.layouts')}
      action={
        <Select
          w={200}
          searchable
          aria-label={t('settings.object')}
          data={groups.map((group) => ({
            group: t(`shell.groups.${group.key as 'sales'}`, group.key),
            items: group.objects.map((one) => ({ value: one.object, label: one.label })),
          }))}
          value={meta.object}
          allowDeselect={false}
          onChange={setChosen}
        />
      }
    >
      <p className="dim">{t('layouts.hint')}</p>
      {PLACES.map((place) => (
        <LayoutList key={place} meta={meta} place={place} onOpen={(id) => setOpen({ place, id })} />
      ))}
    </Section>
  )
}

interface Props extends Open {
  meta: ObjectMeta
  onSaved: (record: RecordData) => void
  onClose: () => void
}
/** Reads a layout with all that may be placed in it; fields that went since are left out. */
function Loaded({ meta, place, id, onSaved, onClose }: Props) {
  const { t } = useTranslation()
  const layout = { object: LAYOUTS, path: 'page_layouts' }
  const { data, error, refetch } = useQuery({
    queryKey: ['edit_layout', meta.object, place, id],
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ client }) => {
      const record = id
        ? await client.fetchQuery({ ...recordQuery(layout, id), staleTime: 0 })
        : null
      const body = (record?.body as Body | undefined) ?? null
      const seen = await previewLayout(meta.object, { place, body, lenient: true })
      return { record, seen }
    },
  })
  if (error) return <Failure error={error} retry={() => void refetch()} />
  if (!data) return <PartSkeleton height={40} />
  const name = t('layouts.newName', { object: meta.label, place: t(`layouts.places.${place}`) })
  return (
    <LayoutEditor
      key={data.record?.version}
      meta={meta}
      place={place}
      record={data.record}
      name={name}
      seen={data.seen}
      onSaved={(record) => {
        onSaved(record)
        void refetch()
      }}
      onReload={() => void refetch()}
      onClose={onClose}
    />
  )
}
