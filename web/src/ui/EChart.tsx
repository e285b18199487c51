import { useComputedColorScheme } from '@mantine/core'
import { BarChart, FunnelChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import type { EChartsCoreOption } from 'echarts/core'
import { type ECharts, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'

use([BarChart, FunnelChart, LineChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer])

/** The colour of a token such as `accent` or `t-blue`, as it is in the present scheme. */
export type Paint = (token: string) => string

export interface ChartProps {
  label: string
  height: number
  /** Drawn only when its data is there, so that nothing grows out of an empty frame. */
  ready: boolean
  build: (paint: Paint) => EChartsCoreOption
  /** Told which bar, point or part was clicked, by its place in the data. */
  onPick?: (index: number) => void
}

const paint: Paint = (token) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim()

export default function EChart({ label, height, build, onPick }: ChartProps) {
  const root = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const scheme = useComputedColorScheme('light')
  useEffect(() => {
    const element = root.current
    if (!element) return
    const made = init(element, undefined, { renderer: 'svg' })
    chart.current = made
    made.on('click', ({ dataIndex }) => {
      if (typeof dataIndex === 'number') pick.current?.(dataIndex)
    })
    const sizes = new ResizeObserver(() => made.resize())
    sizes.observe(element)
    return () => {
      sizes.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read again when the scheme changed
  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    chart.current?.setOption(
      {
        animation: !still,
        animationDuration: 400,
        textStyle: { fontFamily: paint('font') },
        ...build(paint),
      },
      true,
    )
  }, [build, scheme])
  return <div ref={root} role="img" aria-label={label} style={{ height, width: '100%' }} />
}
