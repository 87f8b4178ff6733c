import type { ResetDone } from '../answers.ts'

/** The newest keys of a kind by their hints and days, in no language. */
const named = ({ count, newest }: ResetDone['keys']['managing']): string => {
  const shown = newest.map(({ hint, created_at: at }) => `${hint} ${at.slice(0, 10)}`)
  return count === 0 ? '' : ` (${[...shown, ...(count > shown.length ? ['…'] : [])].join(', ')})`
}

export const en = {
  signIn: {
    title: 'Sign in',
    secondTitle: 'One more step',
    email: 'E-mail',
    number: 'Account number',
    numberHint: '16 digits; spaces do not matter.',
    password: 'Password',
    passwordIfSet: 'Only if you have set one.',
    forgotten: 'Forgotten?',
    act: 'Sign in',
    or: 'or',
    byPasskey: 'Use a passkey',
    byNumber: 'Use an account number',
    byEmail: 'Use an e-mail',
    noAccount: 'No account yet?',
    signUp: 'Open one',
    code: 'Code',
    codeHint: 'The 6 digits that your authenticator app shows now.',
    recoveryCode: 'Recovery code',
    recoveryHint: 'Each works once.',
    byRecovery: 'Use a recovery code',
    go: 'Go on',
  },
  signUp: {
    title: 'Open an account',
    confirmTitle: 'Choose a password',
    numberTitle: 'Your account number',
    email: 'E-mail',
    emailHint: 'We mail you a link. Until you use it, nothing of this address is kept.',
    act: 'Mail me a link',
    or: 'or',
    byNumber: 'Open one without an e-mail',
    numberHint: 'You get a number of 16 digits, and nothing that tells who you are.',
    sent: (email: string) => `If ${email} can open an account, a letter with a link is on its way. It works for 24 hours.`,
    password: 'Password',
    passwordHint: '12 characters, or 8 that are not among the commonest.',
    open: 'Open the account',
    keepNumber:
      'This number is all that is needed to sign in. It is shown this once, and nobody can bring it back: keep it where you keep passwords.',
    kept: 'I have kept it',
    hasAccount: 'Already have one?',
    signIn: 'Sign in',
  },
  reset: {
    title: 'New password',
    email: 'E-mail',
    ask: 'Mail me a link',
    sent: (email: string) => `If ${email} has an account, a letter with a link is on its way. It works for an hour.`,
    password: 'New password',
    passwordHint: '12 characters, or 8 that are not among the commonest. You are signed out everywhere.',
    change: 'Set the password',
    changed: 'The password is set, and every session has ended. Sign in with it.',
    ways: (left: ResetDone['ways']) =>
      Object.values(left).every((count) => count === 0)
        ? 'No passkey, authenticator app or linked service is left beside the password.'
        : `Left beside the password: passkeys ${left.passkeys}, authenticator apps ${left.authenticator_apps}, linked services ${left.linked_services}. See under “Security” whether each is yours.`,
    endKeys: 'End keys too',
    endKeysHint:
      'Keys outlast a new password. If somebody else may have been in your account, end those that were made in your name since then.',
    endKeysSince: {
      none: 'none; nobody else was in',
      day: 'made in the last 24 hours',
      week: 'made in the last 7 days',
      month: 'made in the last 30 days',
      all: 'all of them',
    },
    keys: ({ ended, managing, calling }: ResetDone['keys']) =>
      `Keys that ended: ${ended}. Left: ${managing.count} that manage an account${named(managing)}, ${calling.count} that call models${named(calling)}.`,
    joined: (count: number) => `Members who joined an account that you run since then: ${count}. See under “Team” whether you know each.`,
    signIn: 'Back to signing in',
  },
}
export const zh: typeof en = {
  signIn: {
    title: '登录',
    secondTitle: '还差一步',
    email: '邮箱',
    number: '账号',
    numberHint: '16 位数字，空格无所谓。',
    password: '密码',
    passwordIfSet: '仅在你设置过密码时填写。',
    forgotten: '忘记密码？',
    act: '登录',
    or: '或',
    byPasskey: '使用通行密钥',
    byNumber: '使用账号登录',
    byEmail: '使用邮箱登录',
    noAccount: '还没有账户？',
    signUp: '注册',
    code: '验证码',
    codeHint: '验证器应用当前显示的 6 位数字。',
    recoveryCode: '恢复码',
    recoveryHint: '每个恢复码只能用一次。',
    byRecovery: '使用恢复码',
    go: '继续',
  },
  signUp: {
    title: '注册账户',
    confirmTitle: '设置密码',
    numberTitle: '你的账号',
    email: '邮箱',
    emailHint: '我们会发送一个链接。在你点开之前，不会保存这个地址的任何信息。',
    act: '发送链接',
    or: '或',
    byNumber: '不用邮箱注册',
    numberHint: '你会得到一个 16 位数字的账号，其中没有任何与你身份有关的信息。',
    sent: (email) => `如果 ${email} 可以注册，含有链接的邮件已经发出，24 小时内有效。`,
    password: '密码',
    passwordHint: '至少 12 个字符；若不是常见密码，8 个即可。',
    open: '开通账户',
    keepNumber: '登录只需要这个账号。它只显示这一次，谁也无法找回：请像保存密码一样保存它。',
    kept: '我已保存',
    hasAccount: '已有账户？',
    signIn: '登录',
  },
  reset: {
    title: '重设密码',
    email: '邮箱',
    ask: '发送链接',
    sent: (email) => `如果 ${email} 有账户，含有链接的邮件已经发出，1 小时内有效。`,
    password: '新密码',
    passwordHint: '至少 12 个字符；若不是常见密码，8 个即可。设置后所有设备都会退出登录。',
    change: '设置密码',
    changed: '密码已设置，所有会话均已结束。请用新密码登录。',
    ways: (left) =>
      Object.values(left).every((count) => count === 0)
        ? '除密码外，没有保留任何通行密钥、身份验证器应用或关联的登录服务。'
        : `除密码外仍保留：通行密钥 ${left.passkeys} 个，身份验证器应用 ${left.authenticator_apps} 个，关联的登录服务 ${left.linked_services} 个。请在“安全”页面确认它们都是您的。`,
    endKeys: '同时停用密钥',
    endKeysHint: '更改密码后密钥仍然有效。如果可能有人进入过你的账户，请停用那之后由你（或以你的名义）创建的密钥。',
    endKeysSince: {
      none: '不停用；没有其他人进入过',
      day: '最近 24 小时内创建的',
      week: '最近 7 天内创建的',
      month: '最近 30 天内创建的',
      all: '全部',
    },
    keys: ({ ended, managing, calling }) =>
      `已停用密钥 ${ended} 个。仍保留：管理账户的密钥 ${managing.count} 个${named(managing)}，调用模型的密钥 ${calling.count} 个${named(calling)}。`,
    joined: (count) => `此后加入您管理的账户的成员：${count} 名。请在“团队”页面确认您认识每一位。`,
    signIn: '返回登录',
  },
}
