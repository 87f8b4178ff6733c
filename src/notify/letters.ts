import type { MailTemplate } from '../spec/index.ts'

/** What a mail says: subject, paragraphs, and the one thing to do in it. `{name}` stands for a field. */
export type Letter = {
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string; readonly link: string }
}

/** The languages that mails are written in. */
export const MAIL_LANGUAGES = ['en', 'zh'] as const
export type MailLanguage = (typeof MAIL_LANGUAGES)[number]

/** Every mail in every language. */
export const LETTERS: Readonly<Record<MailLanguage, Readonly<Record<MailTemplate, Letter>>>> = {
  en: {
    'privacy-link': {
      subject: 'Your privacy request: {kind}',
      paragraphs: [
        'Somebody, most likely you, asked for this on your account: {kind}.',
        'The link works once, for {hours} hours. It shows what will happen before anything does.',
        'If it was not you, do nothing: without the link nothing happens.',
      ],
      action: { label: 'Go on with the request', link: '{link}' },
    },
    'email-confirm': {
      subject: 'Confirm your new e-mail address',
      paragraphs: [
        'This address was given for an account. The link works once, for {hours} hours.',
        'If you do not know of it, do nothing.',
      ],
      action: { label: 'Confirm this address', link: '{link}' },
    },
    'email-changed': {
      subject: 'The e-mail address of your account was changed',
      paragraphs: [
        'Your account now has another e-mail address, and this one is forgotten.',
        'If it was not you who changed it, write to support at once.',
      ],
    },
    'erasure-begun': {
      subject: 'Your account is being erased',
      paragraphs: [
        'Your keys have stopped working. What is kept of you can be read nowhere after {gone_by}.',
        'What the law makes us keep was shown to you before; it goes at its date.',
      ],
    },
    'policy-change': {
      subject: 'The privacy policy changes on {effective}',
      paragraphs: [
        'What changes, line by line, and what it was before, is on the page.',
        'If you go on after that day, the new version holds. If you do not want it, you can export what is kept of you and have it erased.',
      ],
      action: { label: 'See what changes', link: '{link}' },
    },
    'price-change': {
      subject: 'The price of {model} changes on {effective}',
      paragraphs: [
        'You called {model} in the last months. From {effective} on its price is another one; until then nothing changes.',
        'The price list has both prices, to the last digit.',
      ],
      action: { label: 'See the price list', link: '{link}' },
    },
    'balance-low': {
      subject: 'Your balance is below ${threshold}',
      paragraphs: [
        'What your account has available fell below ${threshold}, the amount from which you are told. Calls are refused when it does not cover them.',
        'You are told again when it is back above, and not in between.',
      ],
    },
    'balance-back': {
      subject: 'Your balance is above ${threshold} again',
      paragraphs: ['Your account has ${threshold} or more available again. You are told when it falls below.'],
    },
    'auto-top-up-off': {
      subject: 'Your balance is not topped up by itself any more',
      paragraphs: [
        'Your card was to pay ${amount} and did not: your bank refused it, or wants you to confirm it. Nothing was charged.',
        'Top up by hand, which lets you confirm the payment, and then switch topping up by itself on again.',
      ],
    },
    'inactive-notice': {
      subject: 'Your account will be erased in {days} days',
      paragraphs: [
        'It has not been used for a long time, and accounts that are not used are erased.',
        'To keep it, sign in, or make one call with any of its keys before then.',
      ],
    },
    'subscription-renewed': {
      subject: 'Receipt: {plan}, ${price}',
      paragraphs: [
        '${price} was taken from your balance for {plan}. It is paid until {until}.',
        'You can cancel it at any time; it then ends when what you paid for does.',
      ],
    },
    'subscription-past-due': {
      subject: 'Your balance does not cover {plan}',
      paragraphs: [
        '{plan} could not be renewed, as your balance is lower than its price. Its keys work until {until}.',
        'Top up before then and it is renewed at once. If you do nothing it ends, and nothing more is taken.',
      ],
    },
    'subscription-ended': {
      subject: '{plan} has ended',
      paragraphs: ['{plan} has ended, and its keys work no more. Your other keys and your balance are as they were.'],
    },
    'seat-free': {
      subject: 'A seat is free: {pool}, {block}',
      paragraphs: ['A seat of {pool} in the block {block} is free and held for you until {until}. After that the next in line gets it.'],
    },
    'support-answered': {
      subject: 'Your request to support was answered',
      paragraphs: [
        'What you asked on {asked} has an answer. What you asked and what we say is in no mail.',
        'Read it with a key of your account at /api/support/requests.',
      ],
    },
    'sign-up-link': {
      subject: 'Open your account',
      paragraphs: [
        'Somebody, most likely you, wants to open an account with this address.',
        'The link works once, for {hours} hours. There you choose a password, and the account is yours.',
        'If it was not you, do nothing: without the link no account is opened, and this address is kept nowhere.',
      ],
      action: { label: 'Open the account', link: '{link}' },
    },
    'sign-up-known': {
      subject: 'You already have an account',
      paragraphs: [
        'Somebody, most likely you, wanted to open an account with this address, but there is one.',
        'Sign in with it. If you have forgotten the password, the page mails you a link for a new one.',
      ],
      action: { label: 'Sign in', link: '{link}' },
    },
    'sign-up-refused': {
      subject: 'No account was opened',
      paragraphs: [
        'Somebody, most likely you, wanted to open an account with this address. Here each person has one account, and addresses of passing mailboxes open none.',
        'If you have an account already, sign in with the address it was opened with. If you think this is wrong, write to support.',
        'If it was not you, do nothing: no account was opened, and this address is kept nowhere.',
      ],
    },
    'key-paused': {
      subject: 'Your key {hint} was paused',
      paragraphs: [
        'Within five minutes it spent ${amount}, far more than usual, so it is refused from now on. Calls that were running go on to their end.',
        'If these calls are not yours, end the key and make a new one. If they are, let it call again: POST /api/keys/ID/resume with a management key.',
      ],
    },
    'key-spending': {
      subject: 'Your key {hint} spends far more than usual',
      paragraphs: [
        'Within five minutes it spent ${amount}. It goes on to work.',
        'If these calls are not yours, end the key and make a new one. You can also give it a cap for each day.',
      ],
    },
    'password-reset': {
      subject: 'Choose a new password',
      paragraphs: [
        'Somebody, most likely you, has forgotten the password of your account.',
        'The link works once, within {hours} h. A new password ends every session of yours.',
        'If it was not you, do nothing: the password stays as it is.',
      ],
      action: { label: 'Choose a password', link: '{link}' },
    },
    'password-changed': {
      subject: 'Your password was changed',
      paragraphs: ['Whoever was signed in elsewhere with the old one no longer is.', 'If it was not you, choose a new one at once.'],
      action: { label: 'Choose a new password', link: '{link}' },
    },
    'new-sign-in': {
      subject: 'Somebody signed in with another browser',
      paragraphs: [
        'Your account was signed in to with a browser that was not used for it before: {browser}.',
        'If it was you, there is nothing to do. If not, choose a new password: that ends every session.',
      ],
      action: { label: 'Choose a new password', link: '{link}' },
    },
    'operator-invitation': {
      subject: 'You are invited to operate this service',
      paragraphs: [
        'An owner of this service gives you a way in as one of its operators.',
        'The link works once, within {hours} h. You choose a passkey, or a password with an authenticator app.',
        'If you do not expect this, do nothing.',
      ],
      action: { label: 'Join', link: '{link}' },
    },
  },
  zh: {
    'privacy-link': {
      subject: '您的隐私请求：{kind}',
      paragraphs: [
        '有人（很可能是您本人）为您的账户提出了请求：{kind}。',
        '以下链接只能使用一次，{hours} 小时内有效。在执行之前会先说明将发生什么。',
        '如果不是您提出的，请忽略本邮件：不打开链接就不会有任何变化。',
      ],
      action: { label: '继续该请求', link: '{link}' },
    },
    'email-confirm': {
      subject: '请确认您的新邮箱地址',
      paragraphs: ['有一个账户填写了此邮箱地址。以下链接只能使用一次，{hours} 小时内有效。', '如果您并不知情，请忽略本邮件。'],
      action: { label: '确认此邮箱', link: '{link}' },
    },
    'email-changed': {
      subject: '您账户的邮箱地址已更改',
      paragraphs: ['您的账户已改用另一个邮箱地址，我们不再保存本地址。', '如果不是您本人更改的，请立即联系客服。'],
    },
    'erasure-begun': {
      subject: '您的账户正在删除',
      paragraphs: [
        '您的密钥已失效。{gone_by} 之后，您的个人数据在任何地方都无法再读取。',
        '法律要求我们保留的内容已事先向您说明，到期后也会删除。',
      ],
    },
    'policy-change': {
      subject: '隐私政策将于 {effective} 更改',
      paragraphs: [
        '页面上逐条列出了更改的内容以及更改之前的内容。',
        '在该日之后继续使用，即适用新版本。如果您不同意，可以先导出我们保存的关于您的数据，并要求删除。',
      ],
      action: { label: '查看更改内容', link: '{link}' },
    },
    'price-change': {
      subject: '{model} 的价格将于 {effective} 更改',
      paragraphs: [
        '您最近几个月调用过 {model}。自 {effective} 起将适用新的价格，在此之前不会有任何变化。',
        '价格表中列有新旧两个价格，精确到最后一位。',
      ],
      action: { label: '查看价格表', link: '{link}' },
    },
    'balance-low': {
      subject: '您的余额已低于 ${threshold}',
      paragraphs: [
        '您账户的可用余额已低于提醒金额 ${threshold}。余额不足以支付的调用会被拒绝。',
        '余额恢复到该金额以上时会再通知您一次，其间不再重复提醒。',
      ],
    },
    'balance-back': {
      subject: '您的余额已恢复到 ${threshold} 以上',
      paragraphs: ['您账户的可用余额已达到或超过 ${threshold}。再次低于该金额时会通知您。'],
    },
    'auto-top-up-off': {
      subject: '您的余额已停止自动充值',
      paragraphs: [
        '原本应从您的银行卡支付 ${amount}，但未成功：银行拒绝了付款，或需要您本人确认。没有扣款。',
        '请手动充值（届时可以确认付款），然后重新开启自动充值。',
      ],
    },
    'inactive-notice': {
      subject: '您的账户将在 {days} 天后删除',
      paragraphs: ['该账户已很久没有使用，而长期不使用的账户会被删除。', '如需保留，请在此之前登录，或用任意一个密钥发起一次调用。'],
    },
    'sign-up-link': {
      subject: '开通您的账户',
      paragraphs: [
        '有人（很可能是您本人）希望用此邮箱地址开通账户。',
        '以下链接只能使用一次，{hours} 小时内有效。打开后设置密码，账户即归您所有。',
        '如果不是您本人，请忽略本邮件：不打开链接就不会开通账户，我们也不会保存此地址。',
      ],
      action: { label: '开通账户', link: '{link}' },
    },
    'sign-up-known': {
      subject: '您已有账户',
      paragraphs: [
        '有人（很可能是您本人）希望用此邮箱地址开通账户，但该地址已有账户。',
        '请直接登录。如果忘记了密码，可在登录页面申请设置新密码的链接。',
      ],
      action: { label: '登录', link: '{link}' },
    },
    'sign-up-refused': {
      subject: '未开通账户',
      paragraphs: [
        '有人（很可能是您本人）希望用此邮箱地址开通账户。在这里每人只能拥有一个账户，临时邮箱不能开通账户。',
        '如果您已有账户，请使用当初开通时的邮箱登录。如果您认为有误，请联系客服。',
        '如果不是您本人，请忽略本邮件：没有开通账户，我们也不会保存此地址。',
      ],
    },
    'key-paused': {
      subject: '您的密钥 {hint} 已暂停',
      paragraphs: [
        '该密钥在五分钟内花费了 ${amount}，远超平常，因此从现在起拒绝其调用。正在进行的调用会继续完成。',
        '如果这些调用不是您发起的，请停用该密钥并新建一个。如果是您发起的，请用管理密钥恢复：POST /api/keys/ID/resume。',
      ],
    },
    'key-spending': {
      subject: '您的密钥 {hint} 的花费远超平常',
      paragraphs: [
        '该密钥在五分钟内花费了 ${amount}，目前仍可使用。',
        '如果这些调用不是您发起的，请停用该密钥并新建一个。您也可以为它设置每日上限。',
      ],
    },
    'password-reset': {
      subject: '设置新密码',
      paragraphs: [
        '有人（很可能是您本人）忘记了您账户的密码。',
        '以下链接只能使用一次，{hours} 小时内有效。设置新密码后，所有登录都会结束。',
        '如果不是您本人，请忽略本邮件：密码不会改变。',
      ],
      action: { label: '设置密码', link: '{link}' },
    },
    'password-changed': {
      subject: '您的密码已更改',
      paragraphs: ['在其他地方使用旧密码的登录均已结束。', '如果不是您本人更改的，请立即设置新密码。'],
      action: { label: '设置新密码', link: '{link}' },
    },
    'new-sign-in': {
      subject: '有人使用其他浏览器登录',
      paragraphs: [
        '有人使用以前未用过的浏览器登录了您的账户：{browser}。',
        '如果是您本人，无需任何操作。如果不是，请设置新密码，所有登录都会随之结束。',
      ],
      action: { label: '设置新密码', link: '{link}' },
    },
    'operator-invitation': {
      subject: '邀请您成为本服务的运营人员',
      paragraphs: [
        '本服务的所有者邀请您成为运营人员。',
        '以下链接只能使用一次，{hours} 小时内有效。您可以选择通行密钥，或者密码加身份验证器应用。',
        '如果这不在您的预期之中，请忽略本邮件。',
      ],
      action: { label: '加入', link: '{link}' },
    },
    'subscription-renewed': {
      subject: '收据：{plan}，${price}',
      paragraphs: ['已从您的余额中扣除 ${price}，用于 {plan}，有效期至 {until}。', '您可以随时取消，已付费的时间仍可用完。'],
    },
    'subscription-past-due': {
      subject: '您的余额不足以续订 {plan}',
      paragraphs: [
        '{plan} 未能续订，因为您的余额低于其价格。其密钥可用至 {until}。',
        '在此之前充值即会立即续订；如果您不做任何操作，该订阅将结束，不会再扣款。',
      ],
    },
    'subscription-ended': {
      subject: '{plan} 已结束',
      paragraphs: ['{plan} 已结束，其密钥不再可用。您的其他密钥和余额不受影响。'],
    },
    'seat-free': {
      subject: '有空位了：{pool}，{block}',
      paragraphs: ['{pool} 的 {block} 时段有一个空位，为您保留至 {until}。之后将提供给下一位。'],
    },
    'support-answered': {
      subject: '客服已回复您的请求',
      paragraphs: [
        '您于 {asked} 提出的请求已有回复。您的问题和我们的回复都不会写在邮件中。',
        '请使用您账户的密钥在 /api/support/requests 查看。',
      ],
    },
  },
}

/** Whether a mail must be sent, or only to who wanted such mails. Every one of these is about the person's own account. */
export const MAIL_CLASSES: Readonly<Record<MailTemplate, 'critical' | 'optional'>> = {
  'privacy-link': 'critical',
  'email-confirm': 'critical',
  'email-changed': 'critical',
  'erasure-begun': 'critical',
  'auto-top-up-off': 'critical',
  'inactive-notice': 'critical',
  'policy-change': 'critical',
  'price-change': 'critical',
  'balance-low': 'critical',
  'balance-back': 'critical',
  'subscription-renewed': 'critical',
  'subscription-past-due': 'critical',
  'subscription-ended': 'critical',
  'seat-free': 'critical',
  'support-answered': 'critical',
  'sign-up-link': 'critical',
  'sign-up-known': 'critical',
  'sign-up-refused': 'critical',
  'key-paused': 'critical',
  'key-spending': 'critical',
  'password-reset': 'critical',
  'password-changed': 'critical',
  'new-sign-in': 'critical',
  'operator-invitation': 'critical',
}
