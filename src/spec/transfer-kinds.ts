/**
 * Every kind of movement there is in the journal: credits (`manual`, `promotion`, and `deposit` by a payment rail), what goes back (`refund`,
 * `chargeback`), what is bought from the balance and returned of it (`purchase`, `purchase_return`), what is left of a gift whose time is over (`expiry`),
 * what of a gift goes back with its payment (`gift_return`), the opposite of one of the others
 * (`reversal`), what an account is lent and gives back (`debt`, `repayment`), and what the close of a day posts.
 */
export const TRANSFER_KINDS = [
  'manual',
  'promotion',
  'deposit',
  'refund',
  'chargeback',
  'purchase',
  'purchase_return',
  'expiry',
  'gift_return',
  'reversal',
  'debt',
  'repayment',
  'usage',
  'shortfall',
  'upstream_cost',
] as const
export type TransferKind = (typeof TRANSFER_KINDS)[number]
