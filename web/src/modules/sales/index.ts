import './pages'
import './states'
import './lines'
import type { Link } from '@/api/types'
import { setLinkScope } from '@/fields/links'

// A stage is chosen among those of the opportunity's own pipeline.
setLinkScope('opportunity', 'stage', (record) => {
  const pipeline = record.pipeline as Link | null | undefined
  return pipeline ? { field: 'pipeline', op: 'is', value: pipeline.id } : undefined
})
