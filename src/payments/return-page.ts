import type { PaymentPurpose } from './payment.ts'

/** Where somebody comes back to from a page on which a payment is made: to what they pay for. */
export const returnPageOf = (publicUrl: string, { kind }: PaymentPurpose): string =>
  `${publicUrl}/dashboard/${kind === 'topup' ? 'top-up' : 'plans'}`
