/** Words of the columns of a sub-table. */
export const columns = {
  title: '列',
  one: '第 {{number}} 列',
  add: '添加列',
  remove: '移除列“{{name}}”',
  up: '上移“{{name}}”',
  down: '下移“{{name}}”',
  summed: '在列下方求和',
  formulaHint: '例如 round(quantity * price, 2)，使用各列的标识：{{keys}}',
  bin: '移除的列，其内容保留 30 天。',
  restore: '恢复“{{name}}”',
} as const

/** Words of roll-ups. */
export const rollUp = {
  over: '汇总哪些记录',
  function: '方式',
  of: '字段',
  filter: '条件',
  all: '所有记录',
  conditions_other: '{{count}} 个条件',
  count: '计数',
  sum: '求和',
  avg: '平均值',
  min: '最小值',
  max: '最大值',
} as const
