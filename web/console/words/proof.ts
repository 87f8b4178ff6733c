export const en = {
  stale: 'This cannot be undone, so it asks again who you are. What you typed stays.',
  out: 'Your session has ended. What you typed stays; sign in and it goes on.',
  token: 'Operator token',
  act: 'Confirm and go on',
  signIn: 'Sign in and go on',
}
export const zh: typeof en = {
  stale: '此操作无法撤销，因此需要再次确认你的身份。已填写的内容会保留。',
  out: '登录已失效。已填写的内容会保留；重新登录后即可继续。',
  token: '运营者令牌',
  act: '确认并继续',
  signIn: '登录并继续',
}
