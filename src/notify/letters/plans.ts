import type { LetterEntry } from './letter.ts'

/** Letters about subscriptions and seats. */
export const PLAN_LETTERS = {
  'subscription-renewed': {
    class: 'critical',
    en: {
      subject: 'Receipt: {plan}, ${price}',
      paragraphs: [
        '${price} was taken from your balance for {plan}. It is paid until {until}.',
        'You can cancel it at any time; it then ends when what you paid for does.',
      ],
    },
    zh: {
      subject: '收据：{plan}，${price}',
      paragraphs: ['已从您的余额中扣除 ${price}，用于 {plan}，有效期至 {until}。', '您可以随时取消，已付费的时间仍可用完。'],
    },
  },
  'renewal-uncovered': {
    class: 'critical',
    en: {
      subject: 'Your balance lacks ${amount} for {plan}',
      paragraphs: [
        '{plan} is to be renewed on {until}, for ${price} from your balance, which lacks ${amount} of that now.',
        'Top up before then, or have renewals be paid by your saved card. If you do nothing, its keys work on for some days, and then it ends.',
      ],
      action: { label: 'Top up', link: '{link}' },
    },
    zh: {
      subject: '您的余额还差 ${amount} 才能续订 {plan}',
      paragraphs: [
        '{plan} 将于 {until} 从您的余额续订，价格为 ${price}，目前余额还差 ${amount}。',
        '请在该日期之前充值，或设置由已保存的银行卡支付续订。如果您不做任何操作，其密钥还可使用数日，之后该订阅将结束。',
      ],
      action: { label: '去充值', link: '{link}' },
    },
  },
  'card-renewals-off': {
    class: 'critical',
    en: {
      subject: 'Your card does not pay renewals any more',
      paragraphs: [
        'Your card was to pay what your balance lacked for a renewal and did not: your bank refused it, or wants you to confirm it. Nothing was charged.',
        'Top up by hand, which lets you confirm the payment, and the renewal is paid at once. Leave another card to switch paying by card on again.',
      ],
    },
    zh: {
      subject: '您的银行卡已停止支付续订',
      paragraphs: [
        '续订时余额不足的部分原本应从您的银行卡支付，但未成功：银行拒绝了付款，或需要您本人确认。没有扣款。',
        '请手动充值（届时可以确认付款），续订会立即支付。如需重新开启用卡支付续订，请保存另一张卡。',
      ],
    },
  },
  'card-renewals-stopped': {
    class: 'critical',
    en: {
      subject: 'Your card does not pay renewals any more',
      paragraphs: [
        'Money that your account had paid went back, or its payment is disputed. So that it is not charged again, your card pays no more renewals by itself.',
        'Where you want it all the same, switch it on again. A charge that was under way is still carried out.',
      ],
    },
    zh: {
      subject: '您的银行卡已停止支付续订',
      paragraphs: [
        '您账户的一笔付款已退回，或存在争议。为避免再次扣款，您的银行卡不再自动支付续订。',
        '如果仍需要，请重新开启。正在进行的扣款仍会完成。',
      ],
    },
  },
  'subscription-past-due': {
    class: 'critical',
    en: {
      subject: 'Your balance does not cover {plan}',
      paragraphs: [
        '{plan} could not be renewed, as your balance is lower than its price. Its keys work until {until}.',
        'Top up before then and it is renewed at once. If you do nothing it ends, and nothing more is taken.',
      ],
    },
    zh: {
      subject: '您的余额不足以续订 {plan}',
      paragraphs: [
        '{plan} 未能续订，因为您的余额低于其价格。其密钥可用至 {until}。',
        '在此之前充值即会立即续订；如果您不做任何操作，该订阅将结束，不会再扣款。',
      ],
    },
  },
  'subscription-ended': {
    class: 'critical',
    en: {
      subject: '{plan} has ended',
      paragraphs: ['{plan} has ended, and its keys work no more. Your other keys and your balance are as they were.'],
    },
    zh: {
      subject: '{plan} 已结束',
      paragraphs: ['{plan} 已结束，其密钥不再可用。您的其他密钥和余额不受影响。'],
    },
  },
  'subscription-price': {
    class: 'critical',
    en: {
      subject: 'The price of {plan} changes on {effective}',
      paragraphs: [
        'From your renewal on {effective} on, {plan} costs ${after} for each period. Before it is ${before}; what you paid for stays as it is.',
        'If you do not want that, cancel before that day: it then ends when what you paid for does.',
      ],
    },
    zh: {
      subject: '{plan} 的价格将于 {effective} 更改',
      paragraphs: [
        '自 {effective} 续订起，{plan} 每个周期的价格为 ${after}，此前为 ${before}；已付费的部分不变。',
        '如果您不愿接受，请在该日期之前取消，已付费的时间仍可用完。',
      ],
    },
  },
  'plan-change': {
    class: 'critical',
    en: {
      subject: 'What calls cost in {plan} changes on {effective}',
      paragraphs: [
        'You, or an account that you belong to, pay for calls in {plan}: {before} times the list price. From {effective} on it is {after} times; until then nothing changes.',
        'What the plan itself costs stays as it is, and it can be cancelled before that day.',
      ],
      action: { label: 'See your plans', link: '{link}' },
    },
    zh: {
      subject: '{plan} 的调用价格将于 {effective} 更改',
      paragraphs: [
        '您或您所属的账户使用 {plan}，其中的调用按目录价的 {before} 倍计费。自 {effective} 起改为 {after} 倍，在此之前不会有任何变化。',
        '套餐本身的价格不变，可以在该日期之前取消。',
      ],
      action: { label: '查看我的套餐', link: '{link}' },
    },
  },
  'plan-changed': {
    class: 'critical',
    en: {
      subject: 'What calls cost in {plan} has changed',
      paragraphs: [
        'You, or an account that you belong to, pay for calls in {plan}. Since {effective} that is {after} times the list price; before it was {before} times.',
        'What the plan itself costs stays as it is, and it can be cancelled at any time.',
      ],
      action: { label: 'See your plans', link: '{link}' },
    },
    zh: {
      subject: '{plan} 的调用价格已更改',
      paragraphs: [
        '您或您所属的账户使用 {plan}。自 {effective} 起，其中的调用按目录价的 {after} 倍计费，此前为 {before} 倍。',
        '套餐本身的价格不变，可以随时取消。',
      ],
      action: { label: '查看我的套餐', link: '{link}' },
    },
  },
  'seat-free': {
    class: 'critical',
    en: {
      subject: 'A seat is free: {pool}, {block}',
      paragraphs: ['A seat of {pool} in the block {block} is free and held for you until {until}. After that the next in line gets it.'],
    },
    zh: {
      subject: '有空位了：{pool}，{block}',
      paragraphs: ['{pool} 的 {block} 时段有一个空位，为您保留至 {until}。之后将提供给下一位。'],
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
