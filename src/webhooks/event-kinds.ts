import { formatUsd } from '../lib/index.ts'
import { SPEND_WINDOWS } from '../spec/index.ts'

/** What an account can be told of by webhook. */
export const WEBHOOK_EVENTS = [
  'balance.low',
  'budget.reached',
  'spend.reached',
  'key.created',
  'key.paused',
  'key.rotated',
  'key.revoked',
  'key.leaked',
  'payment.credited',
  'payment.refunded',
  'payment.disputed',
  'subscription.changed',
  'renewal.uncovered',
  'incident',
] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** What is sent when somebody presses the button that tries an endpoint; endpoints get it whatever they asked for. */
export const TEST_EVENT = 'test'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

type Reader = (value: unknown) => string | null | undefined

const asId: Reader = (value) => (typeof value === 'string' && UUID.test(value) ? value : undefined)
const asTime: Reader = (value) => (value === null ? null : typeof value === 'string' && TIME.test(value) ? value : undefined)
const asDay: Reader = (value) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined)
const asWord: Reader = (value) => (typeof value === 'string' && /^[a-z_]{1,20}$/.test(value) ? value : undefined)
const asWindow: Reader = (value) => (typeof value === 'number' ? SPEND_WINDOWS[value] : undefined)
/** Nano-dollars as the database wrote them, told in dollars. */
const asUsd: Reader = (value) =>
  value === null ? null : typeof value === 'string' && /^\d{1,19}$/.test(value) ? formatUsd(BigInt(value)) : undefined

const payment = { transfer_id: asId, amount: asUsd }
const key = { key_id: asId }

/** What each event holds: ids, figures, times and words of ours. What is not here leaves in no payload. */
const FIELDS: Readonly<Record<WebhookEvent, Readonly<Record<string, Reader>>>> = {
  'balance.low': { threshold: asUsd },
  'budget.reached': { subject_id: asId, window: asWindow, amount: asUsd, resets_at: asTime },
  'spend.reached': { amount: asUsd, day: asDay },
  'key.created': key,
  'key.paused': key,
  'key.rotated': key,
  'key.revoked': key,
  'key.leaked': key,
  'payment.credited': payment,
  'payment.refunded': payment,
  'payment.disputed': payment,
  'subscription.changed': { subscription_id: asId, state: asWord, period_end: asTime },
  'renewal.uncovered': { subscription_id: asId, price: asUsd, lacking: asUsd, renews_at: asTime },
  incident: { announcement_id: asId },
}

/** Whether an event is one that webhooks are told of. */
export const isWebhookEvent = (kind: string): kind is WebhookEvent => (WEBHOOK_EVENTS as readonly string[]).includes(kind)

/** The names of what an event holds. */
export const fieldsOf = (kind: WebhookEvent): readonly string[] => Object.keys(FIELDS[kind])

/** The data of an event as it is sent: its fields and no other; one that is not of its kind is left out. */
export function shownData(kind: string, data: unknown): Readonly<Record<string, string | null>> {
  const fields = isWebhookEvent(kind) ? FIELDS[kind] : {}
  const given: Readonly<Record<string, unknown>> = typeof data === 'object' && data !== null ? { ...data } : {}
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, read]) => {
      const value = read(given[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
