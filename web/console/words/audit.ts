export const en = {
  title: 'Audit log',
  lead: 'Every access to what belongs to people, and every change, noted before it was answered. Entries are chained, and each day is signed; “farebox verify audit” checks both.',
  none: 'Nobody has looked at anything yet.',
  serial: 'No.',
  at: 'When',
  who: 'Who',
  did: 'Did',
  account: 'Account',
  hash: 'Chained by',
}
export const zh: typeof en = {
  title: '审计日志',
  lead: '对用户数据的每次访问和每次更改，都在应答之前记录。条目前后相链，每日签名；“farebox verify audit”可同时校验两者。',
  none: '还没有人查看过任何内容。',
  serial: '序号',
  at: '时间',
  who: '操作者',
  did: '操作',
  account: '账户',
  hash: '链哈希',
}
