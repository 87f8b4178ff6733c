import type { TransferKind } from '../../src/spec/index.ts'

/** What each kind of transfer is called. */
export type TransferKinds = Readonly<Record<TransferKind, string>>

/** The same words for customers and operators, who talk to one another about them. */
export const TRANSFER_KINDS: Readonly<Record<'en' | 'zh', TransferKinds>> = {
  en: {
    manual: 'credit by hand',
    promotion: 'gift',
    deposit: 'payment',
    refund: 'refund',
    chargeback: 'chargeback',
    purchase: 'purchase',
    purchase_return: 'returned of a purchase',
    gift_return: 'gift taken back',
    expiry: 'expired gift',
    reversal: 'reversal',
    debt: 'became a debt',
    repayment: 'debt repaid',
    usage: 'calls of a day',
    shortfall: 'shortfall',
    upstream_cost: 'upstream cost',
  },
  zh: {
    manual: '手工入账',
    promotion: '赠送',
    deposit: '付款',
    refund: '退款',
    chargeback: '拒付',
    purchase: '购买',
    purchase_return: '购买退回',
    gift_return: '赠额收回',
    expiry: '赠送到期',
    reversal: '冲销',
    debt: '转为欠款',
    repayment: '偿还欠款',
    usage: '当日调用',
    shortfall: '短缺',
    upstream_cost: '上游成本',
  },
}
