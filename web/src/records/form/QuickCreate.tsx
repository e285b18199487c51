import { Modal, Select } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordData } from '@/api/types'
import { navigationGroups, useObject, useObjects } from '@/metadata/hooks'
import { toast } from '@/ui/toast'
import { useMobile } from '@/ui/useMobile'
import { CreateForm } from './CreateForm'
import { type CreateRequest, closeCreate } from './createStore'

/** A new record of any object, in a dialog that leaves the page behind it as it is. */
export default function QuickCreate({ request }: { request: CreateRequest }) {
  const { t } = useTranslation()
  const mobile = useMobile()
  const navigate = useNavigate()
  const [object, setObject] = useState(request.object)
  const creatable = navigationGroups(useObjects())
    .flatMap((group) => group.objects)
    .filter((one) => one.rights.create)
  const meta = useObject(object) ?? creatable[0]
  if (!meta) return null
  const close = () => closeCreate(request)
  const sections = meta.layout.pages.form.flatMap(({ tabs }) => tabs.flatMap((tab) => tab.sections))
  const twice = sections.some(({ columns }) => columns.length > 1)
  const created = (record: RecordData, again: boolean) => {
    toast(t('form.created', { name: record.name }))
    request.onCreated?.(record)
    if (again) return
    close()
    if (request.onCreated) return
    void navigate({ to: '/$path/$id', params: { path: meta.path, id: record.id } })
  }
  return (
    <Modal
      opened
      onClose={close}
      size={twice ? 760 : 520}
      fullScreen={mobile}
      title={t('common.createObject', { object: meta.label })}
    >
      {request.choose && (
        <Select
          aria-label={t('common.create')}
          data={creatable.map((one) => ({ value: one.object, label: one.label }))}
          value={meta.object}
          allowDeselect={false}
          onChange={(next) => next && setObject(next)}
          mb="md"
        />
      )}
      <CreateForm
        key={meta.object}
        meta={meta}
        start={request.values}
        once={Boolean(request.onCreated)}
        onCreated={created}
        onClose={close}
      />
    </Modal>
  )
}
