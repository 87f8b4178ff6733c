/** What holds for all subscriptions. Times in days and minutes; `priceLock`: members keep the price they began with. */
export type SubscriptionSettings = {
  /** How long an unpaid subscription goes on. */
  readonly graceDays: number
  /** How long before a renewal a new price must have been set to hold for it, where prices are not locked. */
  readonly priceNoticeDays: number
  readonly priceLock: boolean
  /** How long a free seat is held for the first in line. */
  readonly seatHoldMinutes: number
}

/** What holds where the configuration says nothing. */
export const SUBSCRIPTION_DEFAULTS: SubscriptionSettings = { graceDays: 7, priceNoticeDays: 30, priceLock: true, seatHoldMinutes: 30 }
