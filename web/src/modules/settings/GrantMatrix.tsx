import { MultiSelect, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { rowsQuery } from '@/api/records'
import { useObject, useObjects } from '@/metadata/hooks'
import { ACTIONS, type Action, chosenOf, type Grant, type Grants, SCOPES, scopeOf } from './rights'
import classes from './Settings.module.css'

interface Props {
  grants: Grants
  disabled: boolean
  onChange: (grants: Grants) => void
}
const NOWHERE = { object: '', path: '' }

/** Objects down, actions across, a scope in each cell; chosen departments stand below their row. */
export function GrantMatrix({ grants, disabled, onChange }: Props) {
  const { t } = useTranslation()
  const objects = useObjects()
  const departments = useObject('department')
  const { data } = useQuery({
    ...rowsQuery(departments ?? NOWHERE, { limit: 200, count: 'none', fields: ['id', 'name'] }),
    enabled: departments !== undefined,
  })
  const places = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const set = (object: string, action: Action, grant: Grant) =>
    onChange({ ...grants, [object]: { ...grants[object], [action]: grant } })
  return (
    <div className={classes.scroll}>
      <table className={classes.matrix}>
        <thead>
          <tr>
            <th scope="col">{t('settings.object')}</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col">
                {t(`settings.actions.${action}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {objects.map((meta) => (
            <tr key={meta.object}>
              <th scope="row">{meta.label}</th>
              {ACTIONS.map((action) => {
                const grant = grants[meta.object]?.[action]
                const scope = scopeOf(grant)
                const name = `${meta.label} · ${t(`settings.actions.${action}`)}`
                return (
                  <td key={action}>
                    <NativeSelect
                      size="xs"
                      aria-label={name}
                      disabled={disabled}
                      data-none={scope === 'none' || undefined}
                      value={scope}
                      data={SCOPES.map((value) => ({
                        value,
                        label: t(`settings.scopes.${value}`),
                      }))}
                      onChange={(event) => {
                        const next = SCOPES.find((one) => one === event.currentTarget.value)
                        set(
                          meta.object,
                          action,
                          next === 'chosen' ? { chosen: [] } : (next ?? 'none'),
                        )
                      }}
                    />
                    {scope === 'chosen' && (
                      <MultiSelect
                        mt={4}
                        maw={200}
                        aria-label={`${name} · ${t('settings.chosen')}`}
                        placeholder={t('settings.chosen')}
                        disabled={disabled}
                        data={places}
                        value={chosenOf(grant)}
                        onChange={(chosen) => set(meta.object, action, { chosen })}
                      />
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
