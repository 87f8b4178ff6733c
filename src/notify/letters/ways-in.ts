import type { LetterEntry } from './letter.ts'

const SET_ANEW = { en: { label: 'Set a new password', link: '{link}' }, zh: { label: '设置新密码', link: '{link}' } } as const

/** Letters about what lets somebody into their account besides the password; they do not say what a passkey is called, as those are people's own words. */
export const WAY_LETTERS = {
  'passkey-added': {
    class: 'critical',
    en: {
      subject: 'A passkey was added to your account',
      paragraphs: [
        'Whoever has it can sign in to your account with it, and a new password does not change that. Where there were no recovery codes yet, new ones were made with it.',
        'If that was you, all is well. If not, set a new password with the link: it ends every session. Then remove under “Security” what is not yours; if you cannot get that far, write to support at once.',
      ],
      action: SET_ANEW.en,
    },
    zh: {
      subject: '您的账户已添加通行密钥',
      paragraphs: [
        '持有该通行密钥的人可以用它登录您的账户，更改密码并不会使它失效。如果此前没有恢复代码，则同时生成了新的恢复代码。',
        '如果是您本人操作，无需处理。如果不是，请通过以下链接设置新密码：所有会话将立即结束。然后在“安全”页面移除不属于您的通行密钥；如果无法进入，请立即联系客服。',
      ],
      action: SET_ANEW.zh,
    },
  },
  'passkey-removed': {
    class: 'critical',
    en: {
      subject: 'A passkey was removed from your account',
      paragraphs: [
        'It lets nobody in any more. Where no second step is left, the recovery codes went with it.',
        'If that was not you, set a new password with the link: it ends every session. Then see under “Security” which ways in are left.',
      ],
      action: SET_ANEW.en,
    },
    zh: {
      subject: '您的账户已移除一个通行密钥',
      paragraphs: [
        '不能再用它登录。如果已没有其他第二步验证方式，恢复代码也随之失效。',
        '如果不是您本人操作，请通过以下链接设置新密码：所有会话将立即结束。然后在“安全”页面查看还有哪些登录方式。',
      ],
      action: SET_ANEW.zh,
    },
  },
  'authenticator-added': {
    class: 'critical',
    en: {
      subject: 'An authenticator app was added to your account',
      paragraphs: [
        'Its codes are a second step of signing in from now on, and a new password does not change that. New recovery codes were made with it; older ones are worth nothing.',
        'If that was you, all is well. If not, set a new password with the link: it ends every session. Then remove the app under “Security”; if you cannot get that far, write to support at once.',
      ],
      action: SET_ANEW.en,
    },
    zh: {
      subject: '您的账户已添加身份验证器应用',
      paragraphs: [
        '从现在起，登录的第二步可以使用它的验证码，更改密码并不会改变这一点。同时生成了新的恢复代码，旧的恢复代码已失效。',
        '如果是您本人操作，无需处理。如果不是，请通过以下链接设置新密码：所有会话将立即结束。然后在“安全”页面移除该应用；如果无法进入，请立即联系客服。',
      ],
      action: SET_ANEW.zh,
    },
  },
  'authenticator-removed': {
    class: 'critical',
    en: {
      subject: 'The authenticator app of your account was removed',
      paragraphs: [
        'Its codes are not asked for any more when you sign in. Where no second step is left, the recovery codes went with it.',
        'If that was not you, set a new password with the link: it ends every session. Then set the app up anew under “Security”.',
      ],
      action: SET_ANEW.en,
    },
    zh: {
      subject: '您的账户已移除身份验证器应用',
      paragraphs: [
        '登录时不再需要它的验证码。如果已没有其他第二步验证方式，恢复代码也随之失效。',
        '如果不是您本人操作，请通过以下链接设置新密码：所有会话将立即结束。然后在“安全”页面重新设置该应用。',
      ],
      action: SET_ANEW.zh,
    },
  },
  'recovery-codes-renewed': {
    class: 'critical',
    en: {
      subject: 'New recovery codes were made for your account',
      paragraphs: [
        'They were shown once, to who made them; older ones are worth nothing. Each stands once for the second step, after a new password too.',
        'If that was you, all is well. If not, set a new password with the link: it ends every session. Then make new codes under “Security”, so that those are worth nothing either.',
      ],
      action: SET_ANEW.en,
    },
    zh: {
      subject: '您的账户已生成新的恢复代码',
      paragraphs: [
        '新代码仅向生成者显示过一次，旧代码已失效。每个代码可代替第二步验证一次，更改密码后依然有效。',
        '如果是您本人操作，无需处理。如果不是，请通过以下链接设置新密码：所有会话将立即结束。然后在“安全”页面再次生成代码，使这些代码失效。',
      ],
      action: SET_ANEW.zh,
    },
  },
  'member-joined': {
    class: 'critical',
    en: {
      subject: 'Somebody joined the account “{team}”',
      paragraphs: [
        'They have the role {role}, by an invitation or by the sign-in of your company, and act for the account from now on. A new password does not change that.',
        'If you expected them, all is well. If not, remove them under “Team”, and set a new password on the page of signing in: it ends every session of yours, and open invitations that were made in your name.',
      ],
      action: { label: 'See the team', link: '{link}' },
    },
    zh: {
      subject: '有人加入了账户“{team}”',
      paragraphs: [
        '对方通过邀请或公司登录加入，角色为 {role}，从现在起可以代表该账户操作，更改密码并不会改变这一点。',
        '如果这在您的预期之中，无需处理。如果不是，请在“团队”页面移除该成员，并在登录页面重新设置密码：您的所有会话将立即结束，以您名义发出的未使用邀请也会失效。',
      ],
      action: { label: '查看团队', link: '{link}' },
    },
  },
  'second-factors-revoked': {
    class: 'critical',
    en: {
      subject: 'Whoever runs the service took away your second step',
      paragraphs: [
        'Taken away were: passkeys {passkeys}, authenticator apps {apps}, and all recovery codes. Every session has ended. Support was asked for that in your name, as whoever had them kept you out.',
        'If you asked for it, sign in and set a second step up anew under “Security”. If not, set a new password with the link and write to support at once: nothing but the password keeps others out until then.',
      ],
      action: SET_ANEW.en,
    },
    zh: {
      subject: '服务运营方已移除您的第二步验证',
      paragraphs: [
        '已移除：通行密钥 {passkeys} 个，身份验证器应用 {apps} 个，以及全部恢复代码。所有会话均已结束。有人以您的名义向客服提出了该请求，因为持有它们的人使您无法登录。',
        '如果是您本人提出的，请登录后在“安全”页面重新设置第二步验证。如果不是，请通过以下链接设置新密码，并立即联系客服：在此之前，只有密码能阻止他人进入。',
      ],
      action: SET_ANEW.zh,
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
