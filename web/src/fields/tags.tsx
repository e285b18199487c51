import { TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { hueOf } from '@/ui/colours'
import { IconTags } from '@/ui/icons'
import { Tag } from '@/ui/Tag'
import { control } from './control'
import { TextChip } from './text'
import { type DisplayProps, defineKind, type FilterProps, type InputProps } from './types'

const TagsCell = ({ value }: DisplayProps<string[]>) => (
  <span className="row" style={{ gap: 4 }}>
    {value.map((name) => (
      <Tag key={name} colour={hueOf(name)}>
        {name}
      </Tag>
    ))}
  </span>
)

function TagsField(props: InputProps<string[]>) {
  const { t } = useTranslation()
  return (
    <TagsInput
      {...control(props)}
      placeholder={props.value?.length ? undefined : t('fields.addTag')}
      value={props.value ?? []}
      splitChars={[',', '，', ';', '；']}
      onChange={props.onChange}
    />
  )
}

function TagsFilter({ condition, onChange }: FilterProps) {
  const { t } = useTranslation()
  return (
    <TagsInput
      aria-label={t('fields.value')}
      data-autofocus
      value={(condition.value as string[]) ?? []}
      onChange={(value) => onChange({ ...condition, value })}
    />
  )
}

export const tags = defineKind<string[]>({
  icon: IconTags,
  width: 180,
  Display: TagsCell,
  Cell: TagsCell,
  Input: TagsField,
  Filter: TagsFilter,
  Chip: TextChip,
  startOp: 'has_any',
  toText: (value) => value.join(', '),
  fromText: (pasted) =>
    pasted
      .split(/[,;，；]/)
      .map((word) => word.trim())
      .filter(Boolean),
})
