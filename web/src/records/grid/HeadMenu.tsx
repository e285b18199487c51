import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconEyeOff,
  IconFilter,
  IconX,
} from '@/ui/icons'
import type { HeadCellProps } from './HeadCell'

interface Props extends HeadCellProps {
  children: ReactNode
}

/** Everything one can do with a column, by menu, so that nothing needs a mouse. */
export function HeadMenu({ column, index, count, sorted, children, ...on }: Props) {
  const { t } = useTranslation()
  const { key, field } = column
  return (
    <Menu>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown aria-label={t('list.columnMenu', { name: field.label })}>
        {field.sortable && (
          <>
            <Menu.Item leftSection={<IconArrowUp size={14} />} onClick={() => on.onSort(key)}>
              {t('list.sortAsc')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconArrowDown size={14} />}
              onClick={() => on.onSort(`-${key}`)}
            >
              {t('list.sortDesc')}
            </Menu.Item>
            {sorted && (
              <Menu.Item leftSection={<IconX size={14} />} onClick={() => on.onSort(null)}>
                {t('list.sortNone')}
              </Menu.Item>
            )}
          </>
        )}
        {field.filterable && (
          <Menu.Item leftSection={<IconFilter size={14} />} onClick={() => on.onFilter(key)}>
            {t('list.filterBy')}
          </Menu.Item>
        )}
        {index > 0 && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconArrowLeft size={14} />}
              disabled={index === 1}
              onClick={() => on.onMove(index, index - 1)}
            >
              {t('list.moveLeft')}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconArrowRight size={14} />}
              disabled={index === count - 1}
              onClick={() => on.onMove(index, index + 1)}
            >
              {t('list.moveRight')}
            </Menu.Item>
            <Menu.Item leftSection={<IconEyeOff size={14} />} onClick={on.onHide}>
              {t('list.hide')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
