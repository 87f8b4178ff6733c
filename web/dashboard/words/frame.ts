export const en = {
  signOut: 'Sign out',
  places: {
    part: 'Dashboard',
    overview: 'Overview',
    keys: 'Keys',
    requests: 'Requests',
    usage: 'Usage',
    statements: 'Statements',
    playground: 'Playground',
    numbered: 'Account without e-mail',
  },
}
export const zh: typeof en = {
  signOut: '退出登录',
  places: {
    part: '控制台',
    overview: '概览',
    keys: '密钥',
    requests: '请求',
    usage: '用量',
    statements: '对账单',
    playground: '试用台',
    numbered: '无邮箱账户',
  },
}
