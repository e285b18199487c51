import './pages'
import './questions'
import './stages'
import './states'
import './lines'
import type { Link, RecordData } from '@/api/types'
import { setLinkScope } from '@/fields/links'

const sameLink = (key: string) => (record: Partial<RecordData>) => {
  const link = record[key] as Link | null | undefined
  return link ? { field: key, op: 'is', value: link.id } : undefined
}
// A stage is chosen among those of the opportunity's own pipeline.
setLinkScope('opportunity', 'stage', sameLink('pipeline'))
// What belongs to a document is chosen among what its customer or contract has.
for (const object of ['quote', 'contract', 'opportunity']) {
  setLinkScope(object, 'contact', sameLink('account'))
}
for (const object of ['quote', 'contract']) {
  setLinkScope(object, 'opportunity', sameLink('account'))
}
setLinkScope('order', 'contract', sameLink('account'))
setLinkScope('payment', 'payment_plan', sameLink('contract'))
setLinkScope('payment_plan', 'order', sameLink('contract'))
