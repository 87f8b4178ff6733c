import type { LetterEntry } from './letter.ts'

/** Letters about the rights of people and the policy. */
export const PRIVACY_LETTERS = {
  'privacy-link': {
    class: 'critical',
    en: {
      subject: 'Your privacy request: {kind}',
      paragraphs: [
        'Somebody, most likely you, asked for this on your account: {kind}.',
        'The link works once, for {hours} hours. It shows what will happen before anything does.',
        'If it was not you, do nothing: without the link nothing happens.',
      ],
      action: { label: 'Go on with the request', link: '{link}' },
    },
    zh: {
      subject: '您的隐私请求：{kind}',
      paragraphs: [
        '有人（很可能是您本人）为您的账户提出了请求：{kind}。',
        '以下链接只能使用一次，{hours} 小时内有效。在执行之前会先说明将发生什么。',
        '如果不是您提出的，请忽略本邮件：不打开链接就不会有任何变化。',
      ],
      action: { label: '继续该请求', link: '{link}' },
    },
  },
  'email-confirm': {
    class: 'critical',
    en: {
      subject: 'Confirm your new e-mail address',
      paragraphs: [
        'This address was given for an account. The link works once, for {hours} hours.',
        'If you do not know of it, do nothing.',
      ],
      action: { label: 'Confirm this address', link: '{link}' },
    },
    zh: {
      subject: '请确认您的新邮箱地址',
      paragraphs: ['有一个账户填写了此邮箱地址。以下链接只能使用一次，{hours} 小时内有效。', '如果您并不知情，请忽略本邮件。'],
      action: { label: '确认此邮箱', link: '{link}' },
    },
  },
  'email-changed': {
    class: 'critical',
    en: {
      subject: 'The e-mail address of your account was changed',
      paragraphs: [
        'Your account now has another e-mail address, and this one is forgotten.',
        'If it was not you who changed it, write to support at once.',
      ],
    },
    zh: {
      subject: '您账户的邮箱地址已更改',
      paragraphs: ['您的账户已改用另一个邮箱地址，我们不再保存本地址。', '如果不是您本人更改的，请立即联系客服。'],
    },
  },
  'retention-shortened': {
    class: 'critical',
    en: {
      subject: 'Notes of your calls are now kept for {span}',
      paragraphs: [
        'Somebody signed in as the owner of your account, most likely you, set this. Requests that are older go within minutes, with their receipts and bills, and do not come back. Statements keep their sums.',
        'If it was not you, somebody is signed in as you: end all sessions and change your password at once.',
      ],
      action: { label: 'See who is signed in', link: '{link}' },
    },
    zh: {
      subject: '您的调用记录现在只保留 {span}',
      paragraphs: [
        '有人以账户所有者的身份登录（很可能是您本人）并设置了此项。更早的请求连同其收据和账单将在几分钟内删除，且无法恢复。对账单中的总额会保留。',
        '如果不是您本人，说明有人以您的身份登录：请立即结束所有会话并更改密码。',
      ],
      action: { label: '查看登录情况', link: '{link}' },
    },
  },
  'erasure-begun': {
    class: 'critical',
    en: {
      subject: 'Your account is being erased',
      paragraphs: [
        'Your keys have stopped working. What is kept of you can be read nowhere after {gone_by}.',
        'What the law makes us keep was shown to you before; it goes at its date.',
      ],
    },
    zh: {
      subject: '您的账户正在删除',
      paragraphs: [
        '您的密钥已失效。{gone_by} 之后，您的个人数据在任何地方都无法再读取。',
        '法律要求我们保留的内容已事先向您说明，到期后也会删除。',
      ],
    },
  },
  'inactive-notice': {
    class: 'critical',
    en: {
      subject: 'Your account will be erased in {days} days',
      paragraphs: [
        'It has not been used for a long time, and accounts that are not used are erased.',
        'To keep it, sign in, or make one call with any of its keys before then.',
      ],
    },
    zh: {
      subject: '您的账户将在 {days} 天后删除',
      paragraphs: ['该账户已很久没有使用，而长期不使用的账户会被删除。', '如需保留，请在此之前登录，或用任意一个密钥发起一次调用。'],
    },
  },
  'policy-change': {
    class: 'critical',
    en: {
      subject: 'The privacy policy changes on {effective}',
      paragraphs: [
        'What changes, line by line, and what it was before, is on the page.',
        'If you go on after that day, the new version holds. If you do not want it, you can export what is kept of you and have it erased.',
      ],
      action: { label: 'See what changes', link: '{link}' },
    },
    zh: {
      subject: '隐私政策将于 {effective} 更改',
      paragraphs: [
        '页面上逐条列出了更改的内容以及更改之前的内容。',
        '在该日之后继续使用，即适用新版本。如果您不同意，可以先导出我们保存的关于您的数据，并要求删除。',
      ],
      action: { label: '查看更改内容', link: '{link}' },
    },
  },
  'providers-coming': {
    class: 'critical',
    en: {
      subject: 'Providers that can get your prompts from {effective}',
      paragraphs: [
        'From {effective} at the earliest, calls for their models can go to: {providers}.',
        'Until that day no call goes there on these terms. A key can be told which providers it may use and which it may not.',
        'The privacy policy changes with it; the page has every line. If you go on after that day, the new version holds. If you do not want it, you can export what is kept of you and have it erased.',
      ],
      action: { label: 'See what changes', link: '{link}' },
    },
    zh: {
      subject: '{effective} 起可能收到您提示的提供商',
      paragraphs: [
        '最早从 {effective} 起，对其模型的调用可能发往：{providers}。',
        '在该日之前，不会有调用以这些条件发往那里。您可以为密钥指定可以使用和不可使用的提供商。',
        '隐私政策随之更改，页面上列出了每一条。在该日之后继续使用，即适用新版本。如果您不同意，可以先导出我们保存的关于您的数据，并要求删除。',
      ],
      action: { label: '查看更改内容', link: '{link}' },
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
