export const permissionNames = {
  'admin.users': '管理用户与部门',
  'admin.roles': '管理角色与权限',
  'admin.fields': '管理字段与对象',
  'admin.settings': '修改公司设置',
  'admin.data': '管理演示数据',
  reveal: '查看脱敏内容',
  look_up: '客户查重（含他人的客户，名称部分隐藏）',
  share: '共享记录',
  undo: '撤销变更',
  purge: '彻底删除',
} as const
