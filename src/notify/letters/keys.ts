import type { LetterEntry } from './letter.ts'

/** Letters about keys and what they may spend. */
export const KEY_LETTERS = {
  'key-paused': {
    class: 'optional',
    topic: 'keys',
    en: {
      subject: 'Your key {key} is paused',
      paragraphs: ['Calls with {key} are refused until it is active again. Your other keys work as before.'],
    },
    zh: {
      subject: '您的密钥 {key} 已暂停',
      paragraphs: ['在重新启用之前，使用 {key} 的调用会被拒绝。您的其他密钥不受影响。'],
    },
  },
  'key-spike': {
    class: 'optional',
    topic: 'keys',
    en: {
      subject: 'Your key {key} spends more than usual',
      paragraphs: [
        'In the last hour {key} spent far more than it usually does.',
        'If that is your work, there is nothing to do. If not, pause the key now and look where it lies.',
      ],
    },
    zh: {
      subject: '您的密钥 {key} 的消费异常增多',
      paragraphs: [
        '在过去一小时内，{key} 的消费远高于平时。',
        '如果是您自己的业务，无需任何操作。如果不是，请立即暂停该密钥，并检查它存放在何处。',
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
} as const satisfies Readonly<Record<string, LetterEntry>>
