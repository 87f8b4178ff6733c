import type { LetterEntry } from './letter.ts'

/** Letters about money. */
export const MONEY_LETTERS = {
  'balance-low': {
    class: 'optional',
    topic: 'balance',
    en: {
      subject: 'Your balance is below ${threshold}',
      paragraphs: [
        'What your account has available fell below ${threshold}, the amount from which you are told. Calls are refused when it does not cover them.',
        'You are told again when it is back above, and not in between.',
      ],
    },
    zh: {
      subject: '您的余额已低于 ${threshold}',
      paragraphs: [
        '您账户的可用余额已低于提醒金额 ${threshold}。余额不足以支付的调用会被拒绝。',
        '余额恢复到该金额以上时会再通知您一次，其间不再重复提醒。',
      ],
    },
  },
  'balance-back': {
    class: 'optional',
    topic: 'balance',
    en: {
      subject: 'Your balance is above ${threshold} again',
      paragraphs: ['Your account has ${threshold} or more available again. You are told when it falls below.'],
    },
    zh: {
      subject: '您的余额已恢复到 ${threshold} 以上',
      paragraphs: ['您账户的可用余额已达到或超过 ${threshold}。再次低于该金额时会通知您。'],
    },
  },
  'auto-top-up-off': {
    class: 'critical',
    en: {
      subject: 'Your balance is not topped up by itself any more',
      paragraphs: [
        'Your card was to pay ${amount} and did not: your bank refused it, or wants you to confirm it. Nothing was charged.',
        'Top up by hand, which lets you confirm the payment, and then switch topping up by itself on again.',
      ],
    },
    zh: {
      subject: '您的余额已停止自动充值',
      paragraphs: [
        '原本应从您的银行卡支付 ${amount}，但未成功：银行拒绝了付款，或需要您本人确认。没有扣款。',
        '请手动充值（届时可以确认付款），然后重新开启自动充值。',
      ],
    },
  },
  'auto-top-up-stopped': {
    class: 'critical',
    en: {
      subject: 'Your balance is not topped up by itself any more',
      paragraphs: [
        'Money that your account had paid went back, or its payment is disputed. So that it is not charged again, no more ${amount} are taken from your card by themselves.',
        'Where you want it all the same, switch topping up by itself on again. A charge that was under way is still carried out.',
      ],
    },
    zh: {
      subject: '您的余额已停止自动充值',
      paragraphs: [
        '您账户的一笔付款已退回，或存在争议。为避免再次扣款，不再从您的银行卡自动扣取 ${amount}。',
        '如果仍需要，请重新开启自动充值。正在进行的扣款仍会完成。',
      ],
    },
  },
  'price-change': {
    class: 'critical',
    en: {
      subject: 'The price of {model} changes on {effective}',
      paragraphs: [
        'You, or an account that you belong to, called {model} in the last months. From {effective} on its price is another one; until then nothing changes.',
        'The page of the model has both prices, to the last digit.',
      ],
      action: { label: 'See both prices', link: '{link}' },
    },
    zh: {
      subject: '{model} 的价格将于 {effective} 更改',
      paragraphs: [
        '您或您所属的账户最近几个月调用过 {model}。自 {effective} 起将适用新的价格，在此之前不会有任何变化。',
        '该模型的页面列有新旧两个价格，精确到最后一位。',
      ],
      action: { label: '查看新旧价格', link: '{link}' },
    },
  },
  'payment-received': {
    class: 'critical',
    en: {
      subject: 'Receipt: ${amount} added to your balance',
      paragraphs: [
        'Your payment arrived, and ${amount} was added to your balance.',
        'It is in the statement of its month, with every other movement of your account.',
      ],
    },
    zh: {
      subject: '收据：${amount} 已计入您的余额',
      paragraphs: ['我们已收到您的付款，${amount} 已计入您的余额。', '该笔款项与账户的其他变动一起列在当月对账单中。'],
    },
  },
  'refund-asking': {
    class: 'critical',
    en: {
      subject: 'Say where your refund of ${amount} goes',
      paragraphs: [
        '${amount} of what you paid goes back to you and was taken off your balance. It was paid in coins, so nobody but you knows which address is yours.',
        'Sign in and say where it goes. Do not name an address of an exchange unless it shows it to you as your deposit address for this chain.',
      ],
      action: { label: 'Say where it goes', link: '{link}' },
    },
    zh: {
      subject: '请告知 ${amount} 退款的收款地址',
      paragraphs: [
        '您支付的款项中有 ${amount} 将退还给您，并已从余额中扣除。由于是以加密货币支付，只有您知道哪个地址属于您。',
        '请登录并填写收款地址。除非交易所明确显示该地址是您在此链上的充值地址，否则请勿填写交易所地址。',
      ],
      action: { label: '填写收款地址', link: '{link}' },
    },
  },
  'refund-accepted': {
    class: 'critical',
    en: {
      subject: 'You get ${amount} back',
      paragraphs: [
        'You asked for money of a payment back, and ${amount} of it goes back to whoever paid it. It is taken off your balance.',
        'What was paid by card goes to the card; banks take some days to show it. For coins you are asked where they go.',
      ],
      action: { label: 'See how far it is', link: '{link}' },
    },
    zh: {
      subject: '您将收到 ${amount} 的退款',
      paragraphs: [
        '您申请退回一笔付款，其中 ${amount} 将退还给付款人，并从余额中扣除。',
        '银行卡付款退回原卡，银行需要几天才会显示；加密货币付款会询问您收款地址。',
      ],
      action: { label: '查看进度', link: '{link}' },
    },
  },
  'refund-declined': {
    class: 'critical',
    en: {
      subject: 'The ${amount} that you asked for do not go back',
      paragraphs: [
        'You asked for ${amount} of a payment back. Somebody looked at it and declined it, so it stays on your balance.',
        'Your account says why. If you think that is wrong, write to support.',
      ],
      action: { label: 'Read why', link: '{link}' },
    },
    zh: {
      subject: '您申请的 ${amount} 退款未获同意',
      paragraphs: [
        '您申请退回一笔付款中的 ${amount}。经人工审核未获同意，该款项保留在您的余额中。',
        '原因请见您的账户。如有异议，请联系客服。',
      ],
      action: { label: '查看原因', link: '{link}' },
    },
  },
  'refund-sent': {
    class: 'critical',
    en: {
      subject: 'Your refund of ${amount} was sent',
      paragraphs: [
        '${amount} of what you paid was sent back to you, to the address that was named for it.',
        'Your account shows the transaction.',
      ],
    },
    zh: {
      subject: '您的 ${amount} 退款已发出',
      paragraphs: ['您支付的款项中的 ${amount} 已退回到所指定的地址。', '您可以在账户中查看该笔交易。'],
    },
  },
  'gift-expiring': {
    class: 'optional',
    topic: 'gifts',
    en: {
      subject: 'Credit that you were given ends on {until}',
      paragraphs: ['You were given ${amount} of credit. What is left of it after {until} is taken back. Money that you paid in stays.'],
    },
    zh: {
      subject: '您获赠的额度将于 {until} 到期',
      paragraphs: ['您曾获赠 ${amount} 的额度，{until} 之后未用完的部分将被收回。您自己充值的余额不受影响。'],
    },
  },
} as const satisfies Readonly<Record<string, LetterEntry>>
