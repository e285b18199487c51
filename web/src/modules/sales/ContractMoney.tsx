import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useWatch } from '@/api/live'
import { rowsQuery } from '@/api/records'
import type { Money, RecordData } from '@/api/types'
import { FieldCell } from '@/fields/Field'
import { sign } from '@/fields/lines/decimal'
import { fieldOf, useObject } from '@/metadata/hooks'
import type { ObjectMeta } from '@/metadata/types'
import type { PartProps } from '@/records/record/parts'
import { useAct } from '@/records/record/useAct'
import { useActions } from '@/records/record/useActions'
import { IconCalendarDollar, IconCash } from '@/ui/icons'
import { useFormat } from '@/ui/useFormat'
import { unplanned } from './instalments'
import classes from './Money.module.css'
import { MoneyBar } from './MoneyBar'
import OpenDeal from './OpenDeal'
import { isOpen, recordPayment } from './recordPayment'

const MOST = 200

/** How the money of a contract stands: what came in, what is planned, what is still to come. */
export default function ContractMoney({ meta, record }: PartProps) {
  const plans = useObject('payment_plan')
  const payments = useObject('payment')
  return (
    <>
      <OpenDeal meta={meta} record={record} />
      <MoneyBar record={record} />
      {plans?.rights.read && <Instalments {...{ meta, record, plans, payments }} />}
      {payments?.rights.read && <Payments {...{ record, payments }} />}
    </>
  )
}

function useOf(meta: ObjectMeta, contract: RecordData, sort: string) {
  const filter = { field: 'contract', op: 'is', value: contract.id }
  useWatch(meta, '*')
  return useQuery(rowsQuery(meta, { filter, sort, limit: MOST, count: 'none' })).data?.items ?? []
}

interface InstalmentsProps extends PartProps {
  plans: ObjectMeta
  payments: ObjectMeta | undefined
}
function Instalments({ meta, record, plans, payments }: InstalmentsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const rows = useOf(plans, record, 'due_on')
  const act = useAct(meta)
  const plan = useActions(meta, record).find(({ key }) => key === 'plan_payments')
  const rest = sign(unplanned(record)) > 0
  const pays = payments?.rights.create && record.state === 'signed'
  const state = fieldOf(plans, 'state')
  return (
    <section aria-label={t('sales.instalments')}>
      <header className={classes.head}>
        <h2>{t('sales.instalments')}</h2>
        <span className="grow" />
        {pays && !rows.length && isOpen(record) && (
          <Button
            leftSection={<IconCash size={14} />}
            onClick={() => recordPayment(record, record)}
          >
            {t('sales.record')}
          </Button>
        )}
        {plan && rest && (
          <Button
            leftSection={<IconCalendarDollar size={14} />}
            onClick={() => void act(record, plan)}
          >
            {rows.length ? t('sales.planRest') : t('sales.plan')}
          </Button>
        )}
      </header>
      {!rows.length && (
        <p className={classes.none}>
          {t('sales.noInstalments')} · {t('sales.noInstalmentsHint')}
        </p>
      )}
      {rows.length > 0 && (
        <ul className={classes.rows}>
          {rows.map((row) => (
            <li key={row.id}>
              <Link to="/$path/$id" params={{ path: plans.path, id: row.id }}>
                <b>{row.name}</b>
                <small data-late={row.state === 'overdue' || undefined}>
                  {t('sales.due', { day: format.day(String(row.due_on)) })}
                </small>
              </Link>
              <Amounts row={row} />
              {state && <FieldCell field={state} value={row.state} />}
              {pays && isOpen(row) ? (
                <Button
                  aria-label={t('sales.recordFor', { name: row.name })}
                  onClick={() => recordPayment(record, row)}
                >
                  {t('sales.record')}
                </Button>
              ) : (
                <span />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Amounts({ row }: { row: RecordData }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [amount, left] = [row.amount, row.outstanding] as (Money | null)[]
  if (!amount) return <span />
  return (
    <span className={classes.amount}>
      <b className="num">{format.money(amount)}</b>
      {left && isOpen(row) && left.amount !== amount.amount && (
        <small className="num">
          {t('sales.outstanding')} {format.money(left)}
        </small>
      )}
    </span>
  )
}

function Payments({ record, payments }: { record: RecordData; payments: ObjectMeta }) {
  const { t } = useTranslation()
  const format = useFormat()
  const rows = useOf(payments, record, '-received_on')
  const fields = [fieldOf(payments, 'method'), fieldOf(payments, 'state')]
  return (
    <section aria-label={t('sales.payments')}>
      <header className={classes.head}>
        <h2>{t('sales.payments')}</h2>
      </header>
      {!rows.length && <p className={classes.none}>{t('sales.noPayments')}</p>}
      {rows.length > 0 && (
        <ul className={classes.rows}>
          {rows.map((row) => (
            <li key={row.id}>
              <Link to="/$path/$id" params={{ path: payments.path, id: row.id }}>
                <b>{row.name}</b>
                <small>{format.day(String(row.received_on))}</small>
              </Link>
              <span className={classes.amount}>
                <b className="num">{format.money(row.amount as Money)}</b>
              </span>
              {fields.map(
                (field) =>
                  field && <FieldCell key={field.key} field={field} value={row[field.key]} />,
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
