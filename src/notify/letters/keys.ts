import type { LetterEntry } from './letter.ts'

/** Letters about keys and what they may spend. */
export const KEY_LETTERS = {
  'key-paused': {
    class: 'critical',
    en: {
      subject: 'Your key {hint} was paused',
      paragraphs: [
        'Within five minutes it spent ${amount}, far more than usual, so it is refused from now on. Calls that were running go on to their end.',
        'If these calls are not yours, end the key and make a new one. If they are, let it call again: POST /api/keys/ID/resume with a management key.',
      ],
    },
    zh: {
      subject: '您的密钥 {hint} 已暂停',
      paragraphs: [
        '该密钥在五分钟内花费了 ${amount}，远超平常，因此从现在起拒绝其调用。正在进行的调用会继续完成。',
        '如果这些调用不是您发起的，请停用该密钥并新建一个。如果是您发起的，请用管理密钥恢复：POST /api/keys/ID/resume。',
      ],
    },
  },
  'key-stopped': {
    class: 'critical',
    en: {
      subject: 'Your key {hint} was paused by us',
      paragraphs: [
        'Why: {reason}. Calls with it are refused from now on; those that were running go on to their end. Your balance and your other keys are not touched.',
        'Its page says more. If you think that is wrong, or when it is mended, write to support: we let it call again.',
      ],
      action: { label: 'See the key', link: '{link}' },
    },
    zh: {
      subject: '您的密钥 {hint} 已被我们暂停',
      paragraphs: [
        '原因：{reason}。从现在起用它发起的调用会被拒绝，正在进行的调用会继续完成。您的余额和其他密钥不受影响。',
        '详情见密钥页面。如有异议，或问题已经解决，请联系客服，由我们恢复。',
      ],
      action: { label: '查看密钥', link: '{link}' },
    },
  },
  'key-revoked': {
    class: 'critical',
    en: {
      subject: 'Your key {hint} was revoked by us',
      paragraphs: [
        'Why: {reason}. It works no more, for good; calls that were running go on to their end. Your balance and your other keys are not touched.',
        'Its page says more. If you think that is wrong, write to support. Programs that used it need another key.',
      ],
      action: { label: 'See the key', link: '{link}' },
    },
    zh: {
      subject: '您的密钥 {hint} 已被我们吊销',
      paragraphs: [
        '原因：{reason}。该密钥已永久失效，正在进行的调用会继续完成。您的余额和其他密钥不受影响。',
        '详情见密钥页面。如有异议，请联系客服。使用它的程序需要换用其他密钥。',
      ],
      action: { label: '查看密钥', link: '{link}' },
    },
  },
  'key-spending': {
    class: 'critical',
    en: {
      subject: 'Your key {hint} spends far more than usual',
      paragraphs: [
        'Within five minutes it spent ${amount}. It goes on to work.',
        'If these calls are not yours, end the key and make a new one. You can also give it a cap for each day.',
      ],
    },
    zh: {
      subject: '您的密钥 {hint} 的花费远超平常',
      paragraphs: [
        '该密钥在五分钟内花费了 ${amount}，目前仍可使用。',
        '如果这些调用不是您发起的，请停用该密钥并新建一个。您也可以为它设置每日上限。',
      ],
    },
  },
  'key-leaked': {
    class: 'critical',
    en: {
      subject: 'Your key {key} was found in public',
      paragraphs: [
        'Somebody told us that {key} lies where anybody can read it. It has stopped working, so that nobody spends your money with it.',
        'Make a new key and take the old one out of wherever it lies.',
      ],
    },
    zh: {
      subject: '您的密钥 {key} 已被公开',
      paragraphs: [
        '有人告知我们，{key} 出现在任何人都能看到的地方。为防止他人使用您的余额，该密钥已停用。',
        '请创建新的密钥，并从泄露之处移除旧密钥。',
      ],
    },
  },
  'key-rotated': {
    class: 'critical',
    en: {
      subject: 'Your key {hint} has a new secret',
      paragraphs: [
        'Somebody of your account gave it another secret. Where it was chosen so, the secret before works on for some hours, a week at most.',
        'If nobody of you did that, revoke the key and see who is signed in: {link}',
      ],
    },
    zh: {
      subject: '您的密钥 {hint} 已更换',
      paragraphs: [
        '您账户中的成员更换了这个密钥。如果更换时作了相应选择，旧的密钥还可以使用若干小时，最长一周。',
        '如果这不是你们的操作，请吊销该密钥，并查看有哪些设备登录：{link}',
      ],
    },
  },
  'budget-reached': {
    class: 'optional',
    topic: 'budgets',
    en: {
      subject: 'A budget of ${amount} is nearly spent',
      paragraphs: [
        'Of a budget of ${amount} ({window}) in your account, 95 per cent or more is spent.',
        'Calls that it does not cover are refused until its window begins anew. You can raise it, or use another key.',
      ],
    },
    zh: {
      subject: '${amount} 的预算即将用完',
      paragraphs: [
        '您账户中一项 ${amount} 的预算（{window}）已使用 95% 或更多。',
        '超出预算的调用会被拒绝，直到下一个周期开始。您可以提高预算，或使用其他密钥。',
      ],
    },
  },
  'spend-reached': {
    class: 'optional',
    topic: 'budgets',
    en: {
      subject: 'Your account has spent ${amount} today',
      paragraphs: [
        'Since 00:00 UTC your account has spent ${amount} or more, the amount of a day from which on you are told. Calls go on as before.',
        'If these calls are not yours, look at your keys and pause what you do not know. To stop at an amount, give your keys a cap.',
      ],
    },
    zh: {
      subject: '您的账户今天已花费 ${amount}',
      paragraphs: [
        '自 UTC 零点起，您的账户花费已达到或超过您设定的每日提醒金额 ${amount}。调用照常进行。',
        '如果这些调用不是您发起的，请检查密钥并暂停可疑的密钥。如需限制花费，请为密钥设置上限。',
      ],
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
