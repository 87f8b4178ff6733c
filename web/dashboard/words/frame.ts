export const en = {
  signOut: 'Sign out',
  needs: {
    keys: 'You look at this account. Owners, admins and developers work with its keys.',
    pay: 'You look at this account. Owners, admins and billing pay for it.',
    run: 'You look at this account. Owners and admins change this.',
  },
  places: {
    ...{ part: 'Dashboard', overview: 'Overview', keys: 'Keys', numbered: 'Account without e-mail' },
    ...{ requests: 'Requests', usage: 'Usage', statements: 'Statements', playground: 'Playground', setup: 'Set-up' },
    ...{ money: 'Money', topUp: 'Top up', plans: 'Plans and seats' },
    ...{ notifications: 'Notifications', announcements: 'Announcements', webhooks: 'Webhooks' },
    ...{ you: 'You', team: 'Team', privacy: 'Privacy', security: 'Security', support: 'Support' },
  },
}
export const zh: typeof en = {
  signOut: '退出登录',
  needs: {
    keys: '你在该账户中只能查看。密钥由所有者、管理员和开发者管理。',
    pay: '你在该账户中只能查看。付款由所有者、管理员和财务负责。',
    run: '你在该账户中只能查看。此处由所有者和管理员修改。',
  },
  places: {
    ...{ part: '控制台', overview: '概览', keys: '密钥', numbered: '无邮箱账户' },
    ...{ requests: '请求', usage: '用量', statements: '对账单', playground: '试用台', setup: '接入' },
    ...{ money: '资金', topUp: '充值', plans: '套餐与席位' },
    ...{ notifications: '通知', announcements: '公告', webhooks: 'Webhook' },
    ...{ you: '个人', team: '团队', privacy: '隐私', security: '安全', support: '客服' },
  },
}
