/**
 * Every kind of movement there is in the journal: credits (`manual`, `promotion`), what goes back (`refund`, `chargeback`), the opposite of
 * one of them (`reversal`), what an account is lent and gives back (`debt`, `repayment`), and what the close of a day posts.
 */
export const TRANSFER_KINDS = [
  'manual',
  'promotion',
  'refund',
  'chargeback',
  'reversal',
  'debt',
  'repayment',
  'usage',
  'shortfall',
  'upstream_cost',
] as const
export type TransferKind = (typeof TRANSFER_KINDS)[number]
