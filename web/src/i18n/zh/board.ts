export const board = {
  choose: '选择流程',
  add: '在“{{name}}”中新建',
  fold: '收起“{{name}}”',
  unfold: '展开“{{name}}”',
  weighted: '加权 {{amount}}',
  weightedHint: '合计 × 阶段赢率 {{percent}}%',
  empty: '暂无',
  noColumns: '还没有阶段',
  moveCard: '移动“{{name}}”',
  rotting_other: '已 {{count}} 天没有进展',
  days_other: '{{count}} 天',
} as const
