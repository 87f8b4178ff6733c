export const en = {
  signOut: 'Sign out',
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
  places: {
    ...{ part: '控制台', overview: '概览', keys: '密钥', numbered: '无邮箱账户' },
    ...{ requests: '请求', usage: '用量', statements: '对账单', playground: '试用台', setup: '接入' },
    ...{ money: '资金', topUp: '充值', plans: '套餐与席位' },
    ...{ notifications: '通知', announcements: '公告', webhooks: 'Webhook' },
    ...{ you: '个人', team: '团队', privacy: '隐私', security: '安全', support: '客服' },
  },
}
