export const en = {
  frame: {
    part: 'Console',
    signOut: 'Sign out',
    roles: { owner: 'owner', finance: 'finance', support: 'support', 'read-only': 'read only' },
    places: { accounts: 'Accounts' },
  },
  signIn: {
    title: 'Operator sign-in',
    token: 'Operator token',
    tokenHint: 'It was printed at the first start, and lies in the data directory.',
    act: 'Sign in',
  },
}
export const zh: typeof en = {
  frame: {
    part: '运营后台',
    signOut: '退出登录',
    roles: { owner: '所有者', finance: '财务', support: '客服', 'read-only': '只读' },
    places: { accounts: '账户' },
  },
  signIn: {
    title: '运营者登录',
    token: '运营者令牌',
    tokenHint: '首次启动时打印，也保存在数据目录中。',
    act: '登录',
  },
}
