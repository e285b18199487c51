import type { Link, Money, RecordData } from '@/api/types'
import { decimalOf, sign } from '@/fields/lines/decimal'
import { openCreate } from '@/records/form/createStore'

/** Opens the form of a payment with what is known filled in. */
export function recordPayment(contract: Pick<RecordData, 'id' | 'name'>, of: RecordData) {
  const link = ({ id, name }: Pick<RecordData, 'id' | 'name'>, object: string): Link => ({
    id,
    name,
    object,
  })
  openCreate({
    object: 'payment',
    values: {
      contract: link(contract, 'contract'),
      ...(of.id !== contract.id && { payment_plan: link(of, 'payment_plan') }),
      amount: of.outstanding,
    },
    onCreated: () => undefined,
  })
}

/** Whether anything of a contract or of an instalment is still to be paid. */
export const isOpen = (record: RecordData) => {
  const left = decimalOf((record.outstanding as Money | null)?.amount)
  return left !== null && sign(left) > 0
}
