import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type Simulation, simulate, type TouchedField, type TouchedObject } from '@/api/rights'
import { PartSkeleton } from '@/records/record/PartSkeleton'
import { Failure } from '@/ui/Failure'
import { Notice } from '@/ui/Notice'
import { useFormat } from '@/ui/useFormat'
import classes from './RolePreview.module.css'
import type { FieldRules, Grants } from './rights'

interface Props {
  role: string
  draft: { grants: Grants; field_rules: FieldRules }
}
const ACTIONS = ['read', 'update', 'delete'] as const

/** Who would gain or lose what if the role were saved as it stands. */
export function RolePreview({ role, draft: { grants, field_rules } }: Props) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery({
    queryKey: ['simulation', role, grants, field_rules],
    queryFn: () => simulate(role, { grants, field_rules }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  })
  return (
    <section className={classes.preview} aria-label={t('rights.simulateTitle')}>
      <h3>{t('rights.simulateTitle')}</h3>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <PartSkeleton height={32} />}
      {data && <Outcome data={data} />}
    </section>
  )
}

function Outcome({ data }: { data: Simulation }) {
  const { t } = useTranslation()
  const shown = data.users.length
  const nothing = !data.fields.length && !data.objects.some(isTouched)
  return (
    <>
      <p className={classes.hint}>
        {shown ? t('rights.simulateHint', { count: data.of, shown }) : t('rights.noUsersOfRole')}
      </p>
      {!data.complete && <Notice kind="warning">{t('rights.incomplete')}</Notice>}
      {nothing && <p>{t('rights.nothingChanges')}</p>}
      {data.objects.filter(isTouched).map((object) => (
        <Records key={object.object} object={object} users={data.users} />
      ))}
      {data.fields.length > 0 && <Fields fields={data.fields} />}
    </>
  )
}

const isTouched = ({ counts }: TouchedObject) =>
  counts.some((one) => ACTIONS.some((action) => one[action].gained || one[action].lost))

function Records({ object, users }: { object: TouchedObject; users: Simulation['users'] }) {
  const { t } = useTranslation()
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{object.label}</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col">
                {t(`rights.can.${action}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {object.counts.map((counts) => (
            <tr key={counts.user}>
              <th scope="row">{users.find(({ id }) => id === counts.user)?.name}</th>
              {ACTIONS.map((action) => (
                <Cell key={action} {...counts[action]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell({ before, after, gained, lost }: TouchedObject['counts'][number]['read']) {
  const { t } = useTranslation()
  const { number } = useFormat()
  if (!gained && !lost) return <td className="dim3">{number(before)}</td>
  return (
    <td>
      <span>{t('rights.change', { before: number(before), after: number(after) })}</span>
      {gained > 0 && <em data-kind="more">+{number(gained)}</em>}
      {lost > 0 && <em data-kind="less">−{number(lost)}</em>}
    </td>
  )
}

function Fields({ fields }: { fields: TouchedField[] }) {
  const { t } = useTranslation()
  const words = (sight: TouchedField['before'], edit: boolean) => {
    const seen = t(`settings.sights.${sight}`)
    return sight === 'full'
      ? `${seen}, ${t(edit ? 'rights.editable' : 'rights.notEditable')}`
      : seen
  }
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {t('rights.fields')}
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map((one) => (
            <tr key={`${one.object}.${one.field}`}>
              <th scope="row">
                {one.object_label} · {one.label}
              </th>
              <td>
                {t('rights.change', {
                  before: words(one.before, one.edit_before),
                  after: words(one.after, one.edit_after),
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
