import type { LetterEntry } from './letter.ts'

const IF_NOT_YOU = {
  en: 'If it was not you, end all your sessions, take away every way in that is not yours, and tell an owner of the service at once.',
  zh: '如果不是您本人操作，请结束您的所有会话，移除不属于您的登录方式，并立即告知本服务的所有者。',
} as const

/** Letters to operators: about what lets them in, and about what needs a hand. */
export const OPERATOR_WAY_LETTERS = {
  'operator-passkey-added': {
    class: 'critical',
    en: {
      subject: 'A passkey was added for you as an operator',
      paragraphs: ['Whoever has it can sign in as you. Where you had no recovery codes yet, new ones were made with it.', IF_NOT_YOU.en],
    },
    zh: {
      subject: '您作为运营人员添加了通行密钥',
      paragraphs: ['持有该通行密钥的人可以您的身份登录。如果此前没有恢复代码，则同时生成了新的恢复代码。', IF_NOT_YOU.zh],
    },
  },
  'operator-passkey-removed': {
    class: 'critical',
    en: {
      subject: 'A passkey of yours as an operator was removed',
      paragraphs: ['It lets nobody in any more, and your other sessions have ended.', IF_NOT_YOU.en],
    },
    zh: {
      subject: '您作为运营人员的一个通行密钥已移除',
      paragraphs: ['不能再用它登录，您的其他会话均已结束。', IF_NOT_YOU.zh],
    },
  },
  'operator-app-changed': {
    class: 'critical',
    en: {
      subject: 'Your authenticator app as an operator was changed',
      paragraphs: [
        'Codes of another app count from now on, those of the old one no more, and your other sessions have ended.',
        IF_NOT_YOU.en,
      ],
    },
    zh: {
      subject: '您作为运营人员的身份验证器应用已更换',
      paragraphs: ['从现在起以新应用的验证码为准，旧应用的验证码已失效，您的其他会话均已结束。', IF_NOT_YOU.zh],
    },
  },
  'operator-password-changed': {
    class: 'critical',
    en: {
      subject: 'Your password as an operator was set or changed',
      paragraphs: [
        'Where an authenticator app was set up along with it, its codes count from now on. Your other sessions have ended.',
        IF_NOT_YOU.en,
      ],
    },
    zh: {
      subject: '您作为运营人员的密码已设置或更改',
      paragraphs: ['如果同时设置了身份验证器应用，则从现在起以它的验证码为准。您的其他会话均已结束。', IF_NOT_YOU.zh],
    },
  },
  'operator-password-removed': {
    class: 'critical',
    en: {
      subject: 'Your password as an operator was removed',
      paragraphs: [
        'It lets nobody in any more, nor does the authenticator app that went with it, and your other sessions have ended.',
        IF_NOT_YOU.en,
      ],
    },
    zh: {
      subject: '您作为运营人员的密码已移除',
      paragraphs: ['该密码及其身份验证器应用均不能再用于登录，您的其他会话均已结束。', IF_NOT_YOU.zh],
    },
  },
  'operator-codes-renewed': {
    class: 'critical',
    en: {
      subject: 'New recovery codes were made for you as an operator',
      paragraphs: ['They were shown once, to who made them; older ones are worth nothing.', IF_NOT_YOU.en],
    },
    zh: {
      subject: '您作为运营人员已生成新的恢复代码',
      paragraphs: ['新代码仅向生成者显示过一次，旧代码已失效。', IF_NOT_YOU.zh],
    },
  },
  'operator-issuer-linked': {
    class: 'critical',
    en: {
      subject: 'Another service signs you in as an operator now',
      paragraphs: ['An account at another service was linked. Whoever signs in there can now sign in here as you.', IF_NOT_YOU.en],
    },
    zh: {
      subject: '您作为运营人员已关联其他登录服务',
      paragraphs: ['另一项服务的账户已关联。能登录该服务的人现在也能以您的身份登录这里。', IF_NOT_YOU.zh],
    },
  },
  'operator-issuer-unlinked': {
    class: 'critical',
    en: {
      subject: 'Another service signs you in as an operator no more',
      paragraphs: [
        'A link with an account at another service was taken away. It lets nobody in any more, and your other sessions have ended.',
        IF_NOT_YOU.en,
      ],
    },
    zh: {
      subject: '您作为运营人员已解除与其他登录服务的关联',
      paragraphs: ['与另一项服务账户的关联已解除，不能再通过它登录，您的其他会话均已结束。', IF_NOT_YOU.zh],
    },
  },
  'operator-waiting': {
    class: 'critical',
    en: {
      subject: 'Something needs a hand: {concerns}',
      paragraphs: [
        'The service waits for somebody: {concerns}.',
        'Of what goes on this says so once a day. Who wants no such letters ends them in the console, under “You”.',
      ],
      action: { label: 'To the console', link: '{link}' },
    },
    zh: {
      subject: '有事项需要处理：{concerns}',
      paragraphs: ['本服务有待处理的事项：{concerns}。', '对持续存在的事项，每天提醒一次。不想收到此类邮件，可在控制台的“你”页面关闭。'],
      action: { label: '前往控制台', link: '{link}' },
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
