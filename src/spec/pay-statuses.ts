/**
 * How the payment of a call without a key went. `replayed`: it paid for a call before; `funds`: the wallet has too little; `pending`: it is being
 * settled right now; `unsettled`: nobody knows yet whether it was taken; `review`: the operator finds out; `unavailable`: nobody could be asked,
 * and nothing was taken; `sanctioned`: nothing is taken of this wallet.
 */
export const PAY_STATUSES = [
  ...(['ok', 'network', 'asset', 'recipient', 'short', 'early', 'expired', 'signature', 'replayed', 'funds', 'refused'] as const),
  ...(['pending', 'unsettled', 'review', 'unavailable', 'suspended', 'busy', 'sanctioned'] as const),
] as const

/** One of them. */
export type PayStatus = (typeof PAY_STATUSES)[number]
