/** Languages that the page is written in. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** All that the page says; figures and names are handed in as text. */
export type Words = {
  readonly tag: string
  readonly statement: string
  readonly account: string
  readonly period: (first: string, last: string) => string
  readonly final: string
  readonly open: (day: string) => string
  readonly opening: string
  readonly closing: string
  readonly balanceNow: string
  readonly days: string
  readonly day: string
  readonly what: string
  readonly amount: string
  readonly balance: string
  readonly notClosed: string
  readonly calls: (count: string, isOne: boolean) => string
  readonly usage: string
  readonly times: (count: string) => string
  readonly nothing: string
  readonly models: string
  readonly model: string
  readonly callsHead: string
  readonly tokensIn: string
  readonly tokensOut: string
  readonly cost: string
  readonly expired: string
  readonly noModels: string
  readonly sum: string
  readonly covered: (amount: string) => string
  readonly proof: (time: string) => string
  readonly basis: string
  readonly kept: string
  readonly nano: (digits: string) => string
  readonly kinds: Readonly<Record<string, string>>
}

const EN: Words = {
  tag: 'en',
  statement: 'Statement',
  account: 'Account',
  period: (first, last) => `${first} to ${last}, days in UTC`,
  final: 'Final. Nothing in it will change.',
  open: (day) => `Open. Days from ${day} on are not closed yet, so their usage can still grow.`,
  opening: 'Opening balance',
  closing: 'Closing balance',
  balanceNow: 'Balance now',
  days: 'Day by day',
  day: 'Day',
  what: 'What',
  amount: 'Amount',
  balance: 'Balance',
  notClosed: 'not closed yet',
  calls: (count, isOne) => (isOne ? `Usage, ${count} call` : `Usage, ${count} calls`),
  usage: 'Usage',
  times: (count) => `× ${count}`,
  nothing: 'Nothing moved in this month. The first call or top-up will appear here.',
  models: 'Usage by model',
  model: 'Model',
  callsHead: 'Calls',
  tokensIn: 'Tokens in',
  tokensOut: 'Tokens out',
  cost: 'Cost',
  expired: 'Calls whose rows have expired',
  noModels: 'No calls in this month.',
  sum: 'All usage',
  covered: (amount) => `Your plans paid $${amount} for calls of this month beside that. It moved nothing of the balance.`,
  proof: (time) => `The opening balance and the lines add up to the closing balance. This was checked against the ledger on ${time}.`,
  basis: 'Calls are charged to the UTC day they were settled on. Each closed day is one transfer in the ledger, under the id shown.',
  kept: 'Kept for this page: days, models, counts and amounts. No prompt and no answer.',
  nano: (digits) => `${digits} nano-dollars`,
  kinds: {
    manual: 'Deposit',
    deposit: 'Deposit',
    promotion: 'Promotion',
    refund: 'Refund',
    reversal: 'Reversal',
    chargeback: 'Chargeback',
    adjustment: 'Adjustment',
    debt: 'Debt',
    repayment: 'Debt repaid',
    transfer: 'Transfer',
  },
}

const ZH: Words = {
  tag: 'zh-Hans',
  statement: '对账单',
  account: '账户',
  period: (first, last) => `${first}至${last}（按 UTC 计日）`,
  final: '已结清，内容不会再变。',
  open: (day) => `尚未结清。${day}起的用量还没有入账，金额可能继续增加。`,
  opening: '期初余额',
  closing: '期末余额',
  balanceNow: '当前余额',
  days: '逐日明细',
  day: '日期',
  what: '项目',
  amount: '金额',
  balance: '余额',
  notClosed: '未入账',
  calls: (count) => `用量，${count} 次调用`,
  usage: '用量',
  times: (count) => `${count} 笔`,
  nothing: '本月没有任何变动。首次调用或充值后会显示在这里。',
  models: '各模型用量',
  model: '模型',
  callsHead: '调用次数',
  tokensIn: '输入 token',
  tokensOut: '输出 token',
  cost: '费用',
  expired: '明细已过保存期的调用',
  noModels: '本月没有调用。',
  sum: '用量合计',
  covered: (amount) => `此外，本月有 $${amount} 的调用由套餐支付，余额未变动。`,
  proof: (time) => `期初余额加上各行金额等于期末余额，已于${time}与账本核对一致。`,
  basis: '调用计入其结算当天（UTC）。每个已入账的日子在账本中对应一笔转账，编号如上。',
  kept: '本页只用到日期、模型、次数和金额，不保存任何提问或回答。',
  nano: (digits) => `${digits} 纳美元`,
  kinds: {
    manual: '充值',
    deposit: '充值',
    promotion: '赠送',
    refund: '退款',
    reversal: '冲正',
    chargeback: '拒付',
    adjustment: '调整',
    debt: '欠款',
    repayment: '偿还欠款',
    transfer: '转账',
  },
}

/** The words of each language; one catalogue, so that a word missing in one does not compile. */
export const WORDS: Readonly<Record<Language, Words>> = { en: EN, zh: ZH }
