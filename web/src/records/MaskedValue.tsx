import { ActionIcon, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/api/session'
import { revealField } from '@/api/sharing'
import { FieldDisplay } from '@/fields/Field'
import { isEmpty } from '@/fields/types'
import type { Field, ObjectMeta } from '@/metadata/types'
import { IconEye, IconEyeOff } from '@/ui/icons'
import { toastError } from '@/ui/toast'

interface Props {
  meta: ObjectMeta
  id: string
  field: Field
  value: unknown
}

/** A masked value; who may, looks at it in full, and the register notes that. */
export function MaskedValue({ meta, id, field, value }: Props) {
  const { t } = useTranslation()
  const may = usePermission('reveal')
  const [full, setFull] = useState<{ value: unknown } | null>(null)
  if (!may || isEmpty(value)) return <FieldDisplay field={field} value={value} />
  const look = async () => {
    try {
      setFull({ value: await revealField(meta, id, field.key) })
    } catch (error) {
      toastError(error)
    }
  }
  const label = full ? t('record.maskAgain') : t('record.reveal')
  return (
    <span className="person">
      {full ? (
        <FieldDisplay field={{ ...field, masked: false }} value={full.value} />
      ) : (
        <FieldDisplay field={field} value={value} />
      )}
      <Tooltip label={label}>
        <ActionIcon
          size="sm"
          aria-label={`${label}: ${field.label}`}
          onClick={() => (full ? setFull(null) : void look())}
        >
          {full ? <IconEyeOff size={14} /> : <IconEye size={14} />}
        </ActionIcon>
      </Tooltip>
    </span>
  )
}
