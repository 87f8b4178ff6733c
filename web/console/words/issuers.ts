export const en = {
  goOn: (name: string) => `Go on with ${name}`,
  join: (name: string) => `Join with ${name}`,
  or: 'or',
  title: (name: string) => `Back from ${name}`,
  waiting: 'One moment: we check what you came back with.',
  unasked: 'What came back was not asked for in this tab, or was used already. Begin anew; nothing was changed.',
  refused: (name: string) => `You did not go through with it at ${name}. Nothing was changed.`,
  stranger: (name: string) =>
    `This account of ${name} is no operator’s. Only who was invited gets in: ask an owner for an invitation, and join with it.`,
  otherWay: 'Sign in another way',
  keptNothing: 'This tab can keep nothing, so nothing would be taken that comes back. Allow storage for this page.',
  codesTitle: 'Recovery codes',
  codesMean: (name: string) =>
    `You have joined. Each of these lets you in once when ${name} does not. They are shown this once: keep them where you keep passwords.`,
  codesKept: 'I have kept them',
}
export const zh: typeof en = {
  goOn: (name) => `使用 ${name} 继续`,
  join: (name) => `使用 ${name} 加入`,
  or: '或',
  title: (name) => `从 ${name} 返回`,
  waiting: '请稍候，正在核对返回的信息。',
  unasked: '返回的信息不是由本标签页发起的，或已被使用过。请重新开始；没有任何内容被更改。',
  refused: (name) => `你没有在 ${name} 完成操作。没有任何内容被更改。`,
  stranger: (name) => `这个 ${name} 账户不属于任何运营者。只有受邀者才能进入：请向所有者索取邀请，并用它加入。`,
  otherWay: '用其他方式登录',
  keptNothing: '本标签页无法保存任何内容，因此返回的信息不会被接受。请允许此页面使用存储。',
  codesTitle: '恢复码',
  codesMean: (name) => `你已加入。当 ${name} 无法使用时，每个恢复码可登录一次。它们只显示这一次：请像保存密码一样保存。`,
  codesKept: '我已保存',
}
