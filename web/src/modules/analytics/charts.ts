import type { Paint } from '@/ui/EChart'
import type { Formatters } from '@/ui/formatters'
import { monthName } from '@/ui/months'
import type { StageFigure } from '../sales/usePipeline'
import type { MonthFigure, OwnerFigure } from './useFigures'

const WIDEST = 100
const NARROWEST = 26

/** What the charts measure: money, or the number of deals for those who may not sum it. */
export interface Scale {
  format: Formatters
  money: boolean
  of: (figure: { amount: number; count: number }) => number
  write: (value: number, short?: boolean) => string
}
export const scaleOf = (format: Formatters, money: boolean): Scale => ({
  format,
  money,
  of: ({ amount, count }) => (money ? amount : count),
  write: (value, short) => (money ? format.amount(value, short) : format.number(value)),
})

const tooltip = (paint: Paint) => ({
  backgroundColor: paint('bg-raise'),
  borderColor: paint('border-2'),
  textStyle: { color: paint('text'), fontSize: 12 },
})
const axisText = (paint: Paint) => ({ color: paint('text-3'), fontSize: 11 })
const valueAxis = (paint: Paint, { money, write }: Scale) => ({
  type: 'value',
  minInterval: money ? undefined : 1,
  splitNumber: 4,
  axisLabel: { ...axisText(paint), formatter: (value: number) => write(value, true) },
  splitLine: { lineStyle: { color: paint('border') } },
})
const monthAxis = (paint: Paint, { format }: Scale, months: MonthFigure[], gap: boolean) => ({
  type: 'category',
  boundaryGap: gap,
  data: months.map(({ month }) => monthName(format, month)),
  axisLine: { lineStyle: { color: paint('border-2') } },
  axisTick: { show: false },
  axisLabel: axisText(paint),
})
const GRID = { left: 4, right: 14, top: 14, bottom: 2, containLabel: true }

export const trendChart = (months: MonthFigure[], scale: Scale) => (paint: Paint) => ({
  aria: { enabled: true },
  grid: GRID,
  tooltip: {
    ...tooltip(paint),
    trigger: 'axis',
    valueFormatter: (value: number) => scale.write(value),
  },
  xAxis: monthAxis(paint, scale, months, false),
  yAxis: valueAxis(paint, scale),
  series: [
    {
      type: 'line',
      smooth: 0.35,
      smoothMonotone: 'x',
      symbol: 'circle',
      symbolSize: 7,
      showSymbol: true,
      lineStyle: { width: 2, color: paint('accent') },
      itemStyle: { color: paint('accent'), borderColor: paint('bg-raise'), borderWidth: 2 },
      areaStyle: { color: paint('accent'), opacity: 0.1 },
      data: months.map(scale.of),
    },
  ],
})

export const expectedChart = (months: MonthFigure[], scale: Scale) => (paint: Paint) => ({
  aria: { enabled: true },
  grid: GRID,
  tooltip: {
    ...tooltip(paint),
    trigger: 'axis',
    axisPointer: { type: 'none' },
    valueFormatter: (value: number) => scale.write(value),
  },
  xAxis: monthAxis(paint, scale, months, true),
  yAxis: valueAxis(paint, scale),
  series: [
    {
      type: 'bar',
      barMaxWidth: 26,
      itemStyle: { color: paint('t-teal'), borderRadius: [4, 4, 0, 0] },
      data: months.map(scale.of),
    },
  ],
})

export const ownersChart = (owners: OwnerFigure[], scale: Scale) => (paint: Paint) => ({
  aria: { enabled: true },
  grid: { left: 4, right: 64, top: 4, bottom: 0, containLabel: true },
  tooltip: { ...tooltip(paint), valueFormatter: (value: number) => scale.write(value) },
  xAxis: { type: 'value', show: false },
  yAxis: {
    type: 'category',
    inverse: true,
    data: owners.map(({ owner }) => owner.name),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: paint('text-2'), fontSize: 12, width: 88, overflow: 'truncate' },
  },
  series: [
    {
      type: 'bar',
      barMaxWidth: 13,
      itemStyle: { color: paint('accent'), borderRadius: 4 },
      label: {
        show: true,
        position: 'right',
        color: paint('text-2'),
        fontSize: 11,
        formatter: ({ value }: { value: number }) => scale.write(value, true),
      },
      data: owners.map(scale.of),
    },
  ],
})

/** Widths shrink evenly in the pipeline's order; the figures stand in the words. */
export const stagesChart = (figures: StageFigure[], scale: Scale) => (paint: Paint) => {
  const { format, money } = scale
  const step = (WIDEST - NARROWEST) / Math.max(1, figures.length - 1)
  return {
    aria: { enabled: true },
    tooltip: {
      ...tooltip(paint),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const { step: stage, amount, count } = figures[dataIndex]!
        const parts = [...(money ? [format.amount(amount)] : []), format.number(count)]
        return `${stage.name}<br/>${parts.join(' · ')}`
      },
    },
    series: [
      {
        type: 'funnel',
        sort: 'none',
        gap: 4,
        left: 4,
        right: 4,
        top: 6,
        bottom: 6,
        min: 0,
        max: WIDEST,
        minSize: '18%',
        label: {
          position: 'inside',
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const figure = figures[dataIndex]!
            return `${figure.step.name}  ${scale.write(scale.of(figure), true)}`
          },
        },
        data: figures.map(({ step: stage }, index) => ({
          name: stage.name,
          value: WIDEST - index * step,
          itemStyle: { color: paint(`t-${stage.colour}-bg`), borderWidth: 0 },
          label: { color: paint(`t-${stage.colour}`) },
        })),
      },
    ],
  }
}
