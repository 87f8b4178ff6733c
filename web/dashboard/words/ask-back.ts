type Ways = Readonly<Record<string, string>>

export const en = {
  open: 'Have it back …',
  title: 'Have money of this payment back?',
  amount: 'Amount in USD',
  most: (amount: string) => `At most ${amount}: what of this payment is left and on your balance.`,
  goesNow: {
    stripe: 'It is taken off your balance at once and goes back to the card that paid. Banks take up to ten days to show it.',
    usdc: 'It is taken off your balance at once. Then you say where it goes, at the top of this page; it is sent on the chain that it came by.',
    x402: 'It is taken off your balance at once. Then you say where it goes, at the top of this page; it is sent on the chain that it came by.',
    btcpay: 'It is taken off your balance at once. Then a page opens for you where you say which coin you want and where it goes.',
  } satisfies Ways as Ways,
  decided:
    'Somebody decides on it: by the time at which you ask, and not by when they get to it. Until then it stays on your balance, and what you spend of it does not go back. You are told by letter, and the answer stands here.',
  gifts:
    'A bonus that came with this payment goes back in proportion, and what of it is spent is owed. Automatic top-up, where it is on, is switched off.',
  now: (amount: string) => `Have ${amount} back`,
  ask: (amount: string) => `Ask for ${amount} back`,
  nothing: 'Have it back',
  goes: (amount: string) => `${amount} is on its way back to whoever paid.`,
  asked: (amount: string) => `You asked for ${amount} back. Somebody looks at it, and you are told.`,
  refused: 'It did not go back: what was on your balance was spent meanwhile. Ask for what is left.',
  states: {
    open: (amount: string) => `${amount} asked back`,
    accepted: (amount: string) => `${amount} asked back: granted`,
    declined: (amount: string) => `${amount} asked back: declined`,
  },
  returned: (amount: string) => `${amount} went back`,
  doings: 'Do',
}
export const zh: typeof en = {
  open: '申请退款…',
  title: '退回这笔付款？',
  amount: '金额（美元）',
  most: (amount) => `最多 ${amount}：这笔付款中剩余且仍在余额里的部分。`,
  goesNow: {
    stripe: '立即从余额中扣除，退回付款的银行卡。银行最多需要十天才会显示。',
    usdc: '立即从余额中扣除。随后请在本页顶部填写收款地址；退款将在付款所用的链上发送。',
    x402: '立即从余额中扣除。随后请在本页顶部填写收款地址；退款将在付款所用的链上发送。',
    btcpay: '立即从余额中扣除。随后会有一个页面，由你选择币种并填写收款地址。',
  },
  decided:
    '由人工决定，以你提出申请的时间为准，而不是处理的时间。在此之前款项留在余额里，用掉的部分不再退回。结果会来信告知，也会显示在这里。',
  gifts: '随这笔付款赠送的额度按比例收回，已用掉的部分记为欠款。如已开启自动充值，将被关闭。',
  now: (amount) => `退回 ${amount}`,
  ask: (amount) => `申请退回 ${amount}`,
  nothing: '申请退款',
  goes: (amount) => `${amount} 正在退还给付款人。`,
  asked: (amount) => `已申请退回 ${amount}。我们会人工审核并告知结果。`,
  refused: '未能退回：余额中的款项已被用掉。请就剩余部分再次申请。',
  states: {
    open: (amount) => `已申请退回 ${amount}`,
    accepted: (amount) => `申请退回 ${amount}：已同意`,
    declined: (amount) => `申请退回 ${amount}：未同意`,
  },
  returned: (amount) => `已退回 ${amount}`,
  doings: '操作',
}
