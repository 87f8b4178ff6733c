import { z } from 'zod'
import { SUBSCRIPTION_DEFAULTS, type SubscriptionSettings } from '../plans/index.ts'

/** What people read when a field of the subscriptions' part of farebox.yaml is not right. */
export const SUBSCRIPTION_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  subscriptions: { expected: 'a mapping with grace_days, price_lock and others', mend: 'leave it out for what is usual' },
  'subscriptions.grace_days': { expected: 'a whole number of days from 0 to 90', mend: 'leave it out for 7' },
  'subscriptions.price_notice_days': { expected: 'a whole number of days from 0 to 365', mend: 'leave it out for 30' },
  'subscriptions.price_lock': { expected: 'true or false', mend: 'leave it out for true: members keep the price they began with' },
  'subscriptions.seat_hold_minutes': { expected: 'a whole number of minutes from 1 to 10080', mend: 'leave it out for 30' },
}

const field = <T extends z.ZodType>(path: string, schema: T): T => schema.describe(SUBSCRIPTION_FIELDS[path]?.expected ?? '')

/** The subscriptions' part of farebox.yaml. */
export const subscriptionBlock = field(
  'subscriptions',
  z.strictObject({
    grace_days: field('subscriptions.grace_days', z.int().min(0).max(90)).optional(),
    price_notice_days: field('subscriptions.price_notice_days', z.int().min(0).max(365)).optional(),
    price_lock: field('subscriptions.price_lock', z.boolean()).optional(),
    seat_hold_minutes: field('subscriptions.seat_hold_minutes', z.int().min(1).max(10_080)).optional(),
  }),
)

/** What holds for all subscriptions, by what is written of it. */
export const subscriptionSettingsOf = (written: z.output<typeof subscriptionBlock> = {}): SubscriptionSettings => ({
  graceDays: written.grace_days ?? SUBSCRIPTION_DEFAULTS.graceDays,
  priceNoticeDays: written.price_notice_days ?? SUBSCRIPTION_DEFAULTS.priceNoticeDays,
  priceLock: written.price_lock ?? SUBSCRIPTION_DEFAULTS.priceLock,
  seatHoldMinutes: written.seat_hold_minutes ?? SUBSCRIPTION_DEFAULTS.seatHoldMinutes,
})
