import { Button, Group, NumberInput, Select } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isApiError } from '@/api/errors'
import { useRecordAction } from '@/api/records'
import { FieldInput } from '@/fields/Field'
import {
  type Decimal,
  decimalOf,
  minus,
  negative,
  plus,
  sign,
  textOf,
  ZERO,
} from '@/fields/lines/decimal'
import { coinDigits, currencyOf } from '@/fields/lines/price'
import type { Line } from '@/fields/lines/written'
import { kindOf } from '@/fields/registry'
import type { ActionFormProps } from '@/records/record/parts'
import { Notice } from '@/ui/Notice'
import { messageOf } from '@/ui/toast'
import { useFormat } from '@/ui/useFormat'
import { equalParts, monthEnd, unplanned } from './instalments'
import classes from './Sales.module.css'

const MOST = 120
const INTERVALS = [
  [1, 'month'],
  [3, 'quarter'],
  [6, 'halfYear'],
  [12, 'year'],
] as const
const KEY = 'instalments'
const PART = 'partial'

/** The instalments of a contract: equal parts by one click, each then as it was agreed. */
export default function PlanPayments({ meta, record, action, done, cancel }: ActionFormProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { mutateAsync, isPending } = useRecordAction(meta)
  const field = action.params.find(({ key }) => key === KEY)!
  const currency = currencyOf(record, format.currency)
  const whole = unplanned(record)
  const [lines, setLines] = useState<Line[]>(() =>
    equalParts(whole, 1, coinDigits(currency), monthEnd(), 1),
  )
  const short = sign(minus(whole, sumOf(lines))) > 0
  const [problem, setProblem] = useState<unknown>(null)
  const run = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(null)
    try {
      const params = { [KEY]: kindOf(field).toWrite(lines, field), ...(short && { [PART]: true }) }
      done(await mutateAsync({ id: record.id, action: action.key, params }))
    } catch (error) {
      setProblem(error)
    }
  }
  const inside = isApiError(problem) ? problem.inside(KEY) : {}
  return (
    <form onSubmit={(event) => void run(event)} noValidate>
      <EqualParts {...{ whole, currency }} onChange={setLines} />
      {problem !== null && !Object.keys(inside).length && (
        <Notice kind="error">{messageOf(problem)}</Notice>
      )}
      <FieldInput
        field={field}
        value={lines}
        inline
        errors={inside}
        record={record}
        object={meta.object}
        onChange={(value) => setLines((value as Line[] | null) ?? [])}
      />
      <Group justify="space-between" mt="md" align="center">
        <Difference {...{ lines, whole, currency }} />
        <Group gap="xs">
          <Button onClick={cancel}>{t('common.cancel')}</Button>
          <Button type="submit" variant="filled" loading={isPending}>
            {short ? t('sales.planPart') : action.label}
          </Button>
        </Group>
      </Group>
    </form>
  )
}

const sumOf = (lines: Line[]) =>
  lines.reduce((sum, line) => plus(sum, decimalOf(line.amount) ?? ZERO), ZERO)

interface PartsProps {
  whole: Decimal
  currency: string
  onChange: (lines: Line[]) => void
}
/** Splits the whole anew at every change of count, first day or interval. */
function EqualParts({ whole, currency, onChange }: PartsProps) {
  const { t } = useTranslation()
  const [plan, setPlan] = useState({ count: 1, first: monthEnd(), months: 1 })
  const change = (next: Partial<typeof plan>) => {
    const all = { ...plan, ...next }
    setPlan(all)
    onChange(equalParts(whole, all.count, coinDigits(currency), all.first, all.months))
  }
  return (
    <div className={classes.parts}>
      <NumberInput
        label={t('sales.partCount')}
        hideControls={false}
        value={plan.count}
        min={1}
        max={MOST}
        allowDecimal={false}
        data-autofocus
        onChange={(count) => Number(count) >= 1 && change({ count: Math.min(MOST, Number(count)) })}
      />
      <FieldInput
        field={{ key: 'first', type: 'date', label: t('sales.firstDue'), required: true }}
        value={plan.first}
        onChange={(first) => typeof first === 'string' && change({ first })}
      />
      <Select
        label={t('sales.interval')}
        value={String(plan.months)}
        allowDeselect={false}
        data={INTERVALS.map(([months, name]) => ({
          value: String(months),
          label: t(`sales.intervals.${name}`),
        }))}
        onChange={(months) => months && change({ months: Number(months) })}
      />
    </div>
  )
}

interface DifferenceProps {
  lines: Line[]
  whole: Decimal
  currency: string
}
/** How far the instalments are from what is to be planned. */
function Difference({ lines, whole, currency }: DifferenceProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const rest = minus(whole, sumOf(lines))
  const off = sign(rest)
  const amount = format.money({ amount: textOf(off < 0 ? negative(rest) : rest), currency })
  const total = format.money({ amount: textOf(whole), currency })
  const words = [t('sales.over', { amount }), t('sales.exact'), t('sales.short', { amount })]
  return (
    <p className={classes.difference} data-off={off !== 0 || undefined} role="status">
      {t('sales.toPlan', { amount: total })} · <b className="num">{words[off + 1]}</b>
    </p>
  )
}
