import { useObjects } from '@/metadata/hooks'
import type { PartProps } from '@/records/record/parts'
import { RelatedCard } from '@/records/record/Related'

/** What the chain makes for a customer, in its order. */
const CHAIN = ['quote', 'contract', 'order', 'payment'] as const

/** Quotes, contracts, orders and payments of a customer, beside its contacts and deals. */
export default function AccountBusiness({ meta, record }: PartProps) {
  const objects = useObjects()
  return CHAIN.map((object) => {
    const target = objects.find((one) => one.object === object)
    if (!target) return null
    const relation = {
      object,
      path: target.path,
      field: 'account',
      label: target.label_plural,
      columns: [],
      tab: null,
    }
    return <RelatedCard key={object} meta={meta} record={record} relation={relation} />
  })
}
