export const en = {
  stale: 'This cannot be undone, or changes who comes in, so it asks again who you are. What you typed stays.',
  out: 'Your session has ended. What you typed stays; sign in and it goes on.',
  token: 'Operator token',
  passkey: 'Use a passkey and go on',
  password: 'Your password',
  code: 'Code of your authenticator app',
  act: 'Confirm and go on',
  signIn: 'Sign in and go on',
}
export const zh: typeof en = {
  stale: '此操作无法撤销，或会改变谁能进入，因此需要再次确认你的身份。已填写的内容会保留。',
  out: '登录已失效。已填写的内容会保留；重新登录后即可继续。',
  token: '运营者令牌',
  passkey: '使用通行密钥并继续',
  password: '你的密码',
  code: '验证器应用中的验证码',
  act: '确认并继续',
  signIn: '登录并继续',
}
