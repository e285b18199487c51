import { Combobox, InputBase, Loader, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Link } from '@/api/types'
import { control } from './control'
import type { InputProps } from './types'

interface Props extends InputProps<Link> {
  /** What is offered for the words typed. */
  useChoices: (q: string) => { items: Link[]; pending: boolean }
  renderChoice: (link: Link) => ReactNode
  placeholder: string
  /** Makes the record that is missing; absent when the reader may not. */
  create?: (name: string) => Promise<Link | null>
}

const CREATE = '+'
const CLEAR = '-'

/** One record chosen from what the server finds; typing searches, Enter picks. */
export function LinkPicker(props: Props) {
  const { field, value, onChange, onCommit, inline, useChoices, renderChoice, create } = props
  const { t } = useTranslation()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState<string | null>(null)
  const [q] = useDebouncedValue(typed ?? '', 150)
  const { items, pending } = useChoices(q)
  const choose = (link: Link | null) => {
    setTyped(null)
    onChange(link)
    combobox.closeDropdown()
    if (inline) onCommit?.(link)
  }
  const submit = async (picked: string) => {
    if (picked === CLEAR) return choose(null)
    if (picked !== CREATE) return choose(items.find((link) => link.id === picked) ?? null)
    const made = await create?.(typed?.trim() ?? '')
    if (made) choose(made)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once, when a cell editor appears
  useEffect(() => {
    if (inline && !props.still) combobox.openDropdown()
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the store is stable, the items are not
  useEffect(() => {
    combobox.selectFirstOption()
  }, [items])
  const { onKeyDown, ...shared } = control(props)
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(picked) => void submit(picked)}
      width={inline ? 240 : undefined}
      position="bottom-start"
    >
      <Combobox.Target>
        <InputBase
          {...shared}
          size="xs"
          value={typed ?? value?.name ?? ''}
          placeholder={props.placeholder}
          rightSection={pending && typed !== null ? <Loader size={12} /> : <Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
          }}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => {
            combobox.closeDropdown()
            setTyped(null)
          }}
          onKeyDown={onKeyDown}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={field.label}>
          {items.map((link) => (
            <Combobox.Option key={link.id} value={link.id} active={link.id === value?.id}>
              {renderChoice(link)}
            </Combobox.Option>
          ))}
          {!items.length && !pending && <Combobox.Empty>{t('fields.noMatch')}</Combobox.Empty>}
          {create && typed?.trim() && (
            <Combobox.Option value={CREATE}>
              {t('fields.createLink', { name: typed.trim() })}
            </Combobox.Option>
          )}
          {value && !field.required && !typed && (
            <Combobox.Option value={CLEAR}>{t('common.clear')}</Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
