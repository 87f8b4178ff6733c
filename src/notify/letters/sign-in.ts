import type { LetterEntry } from './letter.ts'

/** Letters about signing in. */
export const SIGN_IN_LETTERS = {
  'sign-up-link': {
    class: 'critical',
    en: {
      subject: 'Open your account',
      paragraphs: [
        'Somebody, most likely you, wants to open an account with this address.',
        'The link works once, for {hours} hours. There you choose a password, and the account is yours.',
        'If it was not you, do nothing: without the link no account is opened, and this address is kept nowhere.',
      ],
      action: { label: 'Open the account', link: '{link}' },
    },
    zh: {
      subject: '开通您的账户',
      paragraphs: [
        '有人（很可能是您本人）希望用此邮箱地址开通账户。',
        '以下链接只能使用一次，{hours} 小时内有效。打开后设置密码，账户即归您所有。',
        '如果不是您本人，请忽略本邮件：不打开链接就不会开通账户，我们也不会保存此地址。',
      ],
      action: { label: '开通账户', link: '{link}' },
    },
  },
  'sign-up-known': {
    class: 'critical',
    en: {
      subject: 'You already have an account',
      paragraphs: [
        'Somebody, most likely you, wanted to open an account with this address, but there is one.',
        'Sign in with it. If you have forgotten the password, the page mails you a link for a new one.',
      ],
      action: { label: 'Sign in', link: '{link}' },
    },
    zh: {
      subject: '您已有账户',
      paragraphs: [
        '有人（很可能是您本人）希望用此邮箱地址开通账户，但该地址已有账户。',
        '请直接登录。如果忘记了密码，可在登录页面申请设置新密码的链接。',
      ],
      action: { label: '登录', link: '{link}' },
    },
  },
  'sign-up-refused': {
    class: 'critical',
    en: {
      subject: 'No account was opened',
      paragraphs: [
        'Somebody, most likely you, wanted to open an account with this address. Here each person has one account, and addresses of passing mailboxes open none.',
        'If you have an account already, sign in with the address it was opened with. If you think this is wrong, write to support.',
        'If it was not you, do nothing: no account was opened, and this address is kept nowhere.',
      ],
    },
    zh: {
      subject: '未开通账户',
      paragraphs: [
        '有人（很可能是您本人）希望用此邮箱地址开通账户。在这里每人只能拥有一个账户，临时邮箱不能开通账户。',
        '如果您已有账户，请使用当初开通时的邮箱登录。如果您认为有误，请联系客服。',
        '如果不是您本人，请忽略本邮件：没有开通账户，我们也不会保存此地址。',
      ],
    },
  },
  'sign-in-linked': {
    class: 'critical',
    en: {
      subject: 'Another service signs in to your account now',
      paragraphs: [
        'An account at another service was linked with yours here. Whoever signs in there can now sign in here.',
        'If that was you, all is well. If not, set a new password with the link: it ends every session and takes all such links away.',
      ],
      action: { label: 'Set a new password', link: '{link}' },
    },
    zh: {
      subject: '您的账户已关联其他登录服务',
      paragraphs: [
        '您的账户已关联另一项服务的账户。能登录该服务的人现在也能登录这里。',
        '如果是您本人操作，无需处理。如果不是，请通过以下链接设置新密码：所有会话将立即结束，所有此类关联也会一并解除。',
      ],
      action: { label: '设置新密码', link: '{link}' },
    },
  },
  'sign-in-unlinked': {
    class: 'critical',
    en: {
      subject: 'Another service signs in to your account no more',
      paragraphs: [
        'A link between your account here and an account at another service was taken away. It lets nobody in any more.',
        'If that was not you, set a new password with the link: it ends every session.',
      ],
      action: { label: 'Set a new password', link: '{link}' },
    },
    zh: {
      subject: '您的账户已解除与其他登录服务的关联',
      paragraphs: [
        '您的账户与另一项服务账户之间的关联已被解除，不能再通过它登录。',
        '如果不是您本人操作，请通过以下链接设置新密码：所有会话将立即结束。',
      ],
      action: { label: '设置新密码', link: '{link}' },
    },
  },
  'team-domain-missing': {
    class: 'critical',
    en: {
      subject: 'The DNS record of {domain} is gone',
      paragraphs: [
        'The TXT record that shows that {domain} is yours was not found today. Members still come in by your company’s sign-in.',
        'If it is not back within three days, the domain is yours here no more: nobody joins by it then, and members come in another way.',
        'The record and its text are on the page of your team.',
      ],
    },
    zh: {
      subject: '{domain} 的 DNS 记录不见了',
      paragraphs: [
        '今天未能找到证明 {domain} 属于您的 TXT 记录。成员目前仍可通过公司登录进入。',
        '如果三天内记录没有恢复，该域名在这里将不再属于您：此后无人能凭它加入，成员需改用其他方式登录。',
        '记录的名称和内容见团队页面。',
      ],
    },
  },
  'team-domain-lost': {
    class: 'critical',
    en: {
      subject: '{domain} is yours here no more',
      paragraphs: [
        'The TXT record of {domain} was gone for three days, so that the domain does not count as yours any more.',
        'Nobody joins your team by it, and where it was the only one, company sign-in is not asked for any more. Members stay members.',
        'Put the record back and have it looked for on the page of your team.',
      ],
    },
    zh: {
      subject: '{domain} 在这里不再属于您',
      paragraphs: [
        '{domain} 的 TXT 记录已消失三天，因此该域名不再视为您所有。',
        '此后无人能凭它加入您的团队；如果它是唯一的域名，也不再要求成员使用公司登录。现有成员不受影响。',
        '请恢复该记录，并在团队页面重新检查。',
      ],
    },
  },
  'team-invitation': {
    class: 'critical',
    en: {
      subject: 'You are invited into an account',
      paragraphs: [
        '{from} invites you into the account “{team}” in the role {role}.',
        'The link works once, for {days} days. Sign in, or open an account of your own first; it stays yours.',
        'If you do not know who asks, do nothing.',
      ],
      action: { label: 'See the invitation', link: '{link}' },
    },
    zh: {
      subject: '您被邀请加入一个账户',
      paragraphs: [
        '{from} 邀请您以 {role} 角色加入账户“{team}”。',
        '以下链接只能使用一次，{days} 天内有效。请先登录，或开通您自己的账户；该账户始终归您所有。',
        '如果您不认识邀请人，请忽略此邮件。',
      ],
      action: { label: '查看邀请', link: '{link}' },
    },
  },
  'password-reset': {
    class: 'critical',
    en: {
      subject: 'Choose a new password',
      paragraphs: [
        'Somebody, most likely you, has forgotten the password of your account.',
        'The link works once, within {hours} h. A new password ends every session of yours.',
        'If it was not you, do nothing: the password stays as it is.',
      ],
      action: { label: 'Choose a password', link: '{link}' },
    },
    zh: {
      subject: '设置新密码',
      paragraphs: [
        '有人（很可能是您本人）忘记了您账户的密码。',
        '以下链接只能使用一次，{hours} 小时内有效。设置新密码后，所有登录都会结束。',
        '如果不是您本人，请忽略本邮件：密码不会改变。',
      ],
      action: { label: '设置密码', link: '{link}' },
    },
  },
  'password-changed': {
    class: 'critical',
    en: {
      subject: 'Your password was changed',
      paragraphs: [
        'Whoever was signed in elsewhere with the old one no longer is.',
        'Beside the password there are: passkeys {passkeys}, authenticator apps {apps}, linked services {links}. See under “Security” whether each is yours.',
        'Keys outlast a new password, as programs hold them. Keys that manage an account: {managing}; keys that call models: {calling}; with the newest and the days when they were made. End under “Keys” what is not yours, or choose a new password by the link: there you can end all that were made since a moment.',
        'If it was not you, choose a new one at once.',
      ],
      action: { label: 'Choose a new password', link: '{link}' },
    },
    zh: {
      subject: '您的密码已更改',
      paragraphs: [
        '在其他地方使用旧密码的登录均已结束。',
        '除密码外还有：通行密钥 {passkeys} 个，身份验证器应用 {apps} 个，关联的登录服务 {links} 个。请在“安全”页面确认它们都是您的。',
        '密钥由程序持有，更改密码后仍然有效。管理账户的密钥：{managing}；调用模型的密钥：{calling}；括号内是最新的密钥及其创建日期。请在“密钥”页面停用不属于您的密钥；也可以通过以下链接重新设置密码，并同时停用某一时间之后创建的所有密钥。',
        '如果不是您本人更改的，请立即设置新密码。',
      ],
      action: { label: '设置新密码', link: '{link}' },
    },
  },
  'new-sign-in': {
    class: 'critical',
    en: {
      subject: 'Somebody signed in with another browser',
      paragraphs: [
        'Your account was signed in to with a browser that was not used for it before: {browser}.',
        'If it was you, there is nothing to do. If not, choose a new password: that ends every session.',
      ],
      action: { label: 'Choose a new password', link: '{link}' },
    },
    zh: {
      subject: '有人使用其他浏览器登录',
      paragraphs: [
        '有人使用以前未用过的浏览器登录了您的账户：{browser}。',
        '如果是您本人，无需任何操作。如果不是，请设置新密码，所有登录都会随之结束。',
      ],
      action: { label: '设置新密码', link: '{link}' },
    },
  },
  'operator-invitation': {
    class: 'critical',
    en: {
      subject: 'You are invited to operate this service',
      paragraphs: [
        'An owner of this service gives you a way in as one of its operators.',
        'The link works once, within {hours} h. You choose a passkey, or a password with an authenticator app.',
        'If you do not expect this, do nothing.',
      ],
      action: { label: 'Join', link: '{link}' },
    },
    zh: {
      subject: '邀请您成为本服务的运营人员',
      paragraphs: [
        '本服务的所有者邀请您成为运营人员。',
        '以下链接只能使用一次，{hours} 小时内有效。您可以选择通行密钥，或者密码加身份验证器应用。',
        '如果这不在您的预期之中，请忽略本邮件。',
      ],
      action: { label: '加入', link: '{link}' },
    },
  },
  'operator-email-confirm': {
    class: 'critical',
    en: {
      subject: 'Confirm your e-mail as an operator',
      paragraphs: [
        'An operator of this service gave this address as theirs. The link works once, within {hours} h, for who is signed in as that operator.',
        'If you do not know of it, do nothing: nothing changes.',
      ],
      action: { label: 'Confirm this address', link: '{link}' },
    },
    zh: {
      subject: '请确认您作为运营人员的邮箱',
      paragraphs: [
        '本服务的一位运营人员填写了此邮箱地址。以下链接只能使用一次，{hours} 小时内有效，且仅对以该运营人员身份登录的人有效。',
        '如果您并不知情，请忽略本邮件，一切照旧。',
      ],
      action: { label: '确认此邮箱', link: '{link}' },
    },
  },
  'operator-email-changed': {
    class: 'critical',
    en: {
      subject: 'Your e-mail as an operator was changed',
      paragraphs: [
        'You are written to at another address from now on, and this one is forgotten.',
        'If it was not you, end all your sessions, change how you sign in, and tell an owner of the service at once.',
      ],
    },
    zh: {
      subject: '您作为运营人员的邮箱已更改',
      paragraphs: [
        '今后我们会写信到另一个地址，不再保存本地址。',
        '如果不是您本人更改的，请结束您的所有会话，更换登录方式，并立即告知本服务的所有者。',
      ],
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
