import type { PartProps } from '@/records/record/parts'
import { Timeline } from '@/records/record/Timeline'

const KINDS = ['activity']
export default function ActivitiesTab({ meta, record }: PartProps) {
  return <Timeline meta={meta} record={record} only={KINDS} />
}
