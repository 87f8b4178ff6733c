export const en = {
  issuers: {
    goOn: (name: string) => `Go on with ${name}`,
    again: (name: string) => `Sign in again with ${name}`,
    title: (name: string) => `Back from ${name}`,
    waiting: 'One moment: we check what you came back with.',
    broken: 'What came back was not asked for in this tab, or was used already. Begin anew; nothing was changed.',
    refused: (name: string) => `You did not go through with it at ${name}. Nothing was changed.`,
    unlinked: (name: string) =>
      `Nobody signs in here with this account of ${name} yet. Open an account with it; or, if you have one here, sign in another way and link the two under “Security”.`,
    open: (name: string) => `Open an account with ${name}`,
    known:
      'There is an account with your e-mail already. Sign in to it another way, then link the two under “Security”: so nobody who has your e-mail elsewhere gets into your account.',
    otherWay: 'Sign in another way',
    toSecurity: 'Back to “Security”',
    note: (names: string) =>
      `${names} learns that you come here, and when. Of who you are there we keep a keyed hash that nobody can read, and an e-mail only where it is verified.`,
    section: 'Other services',
    empty:
      'None linked. When you link one, whoever signs in there can sign in here; a second step that you have set up is still asked for.',
    link: (name: string) => `Link ${name}`,
    service: 'Service',
    since: 'Since',
    act: 'Actions',
    remove: 'Unlink',
    gone: (id: string) => `${id} (offered no more)`,
    askTitle: (name: string) => `Unlink ${name}?`,
    ask: (name: string) => `Whoever signs in at ${name} does not get into this account any more. You can link it again at any time.`,
    alone: 'This account has neither a password nor a passkey. To show that it is you, sign in again; you come back to this page.',
  },
}
export const zh: typeof en = {
  issuers: {
    goOn: (name) => `使用 ${name} 继续`,
    again: (name) => `使用 ${name} 重新登录`,
    title: (name) => `从 ${name} 返回`,
    waiting: '请稍候，正在核对返回的信息。',
    broken: '返回的信息不是由本标签页发起的，或已被使用过。请重新开始；没有任何内容被更改。',
    refused: (name) => `你没有在 ${name} 完成操作。没有任何内容被更改。`,
    unlinked: (name) =>
      `还没有人使用这个 ${name} 账户登录这里。你可以用它注册新账户；如果你在这里已有账户，请用其他方式登录，然后在“安全”页面关联两者。`,
    open: (name) => `使用 ${name} 注册账户`,
    known: '你的邮箱在这里已有账户。请用其他方式登录该账户，然后在“安全”页面关联两者：这样，在别处拥有你邮箱的人无法进入你的账户。',
    otherWay: '用其他方式登录',
    toSecurity: '返回“安全”页面',
    note: (names) => `${names} 会知道你来过这里以及时间。你在那里的身份，我们只保存一个谁也无法读取的带密钥哈希；邮箱仅在已验证时保存。`,
    section: '其他登录服务',
    empty: '尚未关联。关联后，能登录该服务的人也能登录这里；你设置过的第二步验证仍会要求。',
    link: (name) => `关联 ${name}`,
    service: '服务',
    since: '关联于',
    act: '操作',
    remove: '解除关联',
    gone: (id) => `${id}（已不再提供）`,
    askTitle: (name) => `解除与 ${name} 的关联？`,
    ask: (name) => `此后，登录 ${name} 的人不能再进入这个账户。你可以随时重新关联。`,
    alone: '这个账户既没有密码，也没有通行密钥。请重新登录以确认是你本人；之后会回到本页。',
  },
}
