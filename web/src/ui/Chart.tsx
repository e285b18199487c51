import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ChartProps } from './EChart'

const EChart = lazy(() => import('./EChart'))

/** A chart; its library is loaded when the first one is shown. */
export function Chart(props: ChartProps) {
  const outline = <Skeleton height={props.height} radius={8} />
  return <Suspense fallback={outline}>{props.ready ? <EChart {...props} /> : outline}</Suspense>
}
