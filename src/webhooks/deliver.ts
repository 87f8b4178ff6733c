import { type Database, sql } from '../db/index.ts'
import { isoTime } from '../lib/index.ts'
import type { Outside } from '../outbound/index.ts'
import { sealPurpose, type WebhookSealing } from './endpoint.ts'
import { shownData } from './event-kinds.ts'
import { postMessage } from './post-message.ts'
import { delayMs, type Settled, settleDelivery } from './settle-delivery.ts'
import { signedHeaders } from './sign.ts'

/** What deliveries are made with; `now` is the database's time in milliseconds. */
export type DeliveryParts = {
  readonly database: Database
  readonly sealing: Pick<WebhookSealing, 'unseal'>
  readonly outside: Outside
  readonly now: () => number
}

type Claimed = {
  readonly id: string
  readonly account_id: string
  readonly endpoint_id: string
  readonly kind: string
  readonly data: unknown
  readonly happened_at: Date
  readonly tries: number
  readonly created_at: Date
  readonly url_sealed: Buffer
  readonly secret_sealed: Buffer
  readonly old_secret_sealed: Buffer | null
  readonly old_until: Date | null
}

const AT_ONCE = 16
/** Whoever has taken a delivery has it for so long; then another node tries it, as this one has died. */
const LEASE_MS = 60_000

/**
 * Tries deliveries that are due, some at a time, the first of each account before the second of any; so a slow host holds up those beside it for ten
 * seconds at most, however much waits for it. Returns how many were tried.
 */
export async function deliverDue(parts: DeliveryParts): Promise<number> {
  const now = new Date(parts.now())
  const claimed = await parts.database.query<Claimed>(sql`
    with line as (
      select delivery.id, row_number() over (partition by delivery.account_id order by next_try_at, delivery.id) as place
      from webhook_delivery delivery join webhook_endpoint endpoint on endpoint.id = delivery.endpoint_id
      where delivery.state = 'waiting' and next_try_at <= ${now} and endpoint.is_active
    ), due as (
      select delivery.id from webhook_delivery delivery join line on line.id = delivery.id
      where delivery.state = 'waiting' and next_try_at <= ${now}
      order by place, next_try_at limit ${AT_ONCE} for update of delivery skip locked
    )
    update webhook_delivery delivery
    set tries = delivery.tries + 1, last_try_at = ${now}, next_try_at = ${new Date(now.getTime() + LEASE_MS)}
    from due, webhook_endpoint endpoint where delivery.id = due.id and endpoint.id = delivery.endpoint_id
    returning delivery.id, delivery.account_id, endpoint_id, kind, data, happened_at, tries, delivery.created_at, url_sealed, secret_sealed,
      old_secret_sealed, old_until`)
  await Promise.all(claimed.map((delivery) => deliver(parts, delivery)))
  return claimed.length
}

async function deliver(parts: DeliveryParts, delivery: Claimed): Promise<void> {
  const status = await send(parts, delivery)
  const now = parts.now()
  const settled: Settled = {
    ...{ id: delivery.id, endpointId: delivery.endpoint_id, accountId: delivery.account_id, status, now },
    nextTryAt: now + delayMs(delivery.tries),
    createdAt: delivery.created_at.getTime(),
  }
  await settleDelivery(parts.database, settled)
}

async function send({ sealing, outside, now }: DeliveryParts, delivery: Claimed): Promise<number | undefined> {
  const { account_id: accountId, endpoint_id: endpointId, kind, happened_at: happenedAt } = delivery
  const open = (sealed: Buffer, part: 'url' | 'secret') => sealing.unseal(accountId, sealed, sealPurpose(part, endpointId))
  const [url, secret] = [await open(delivery.url_sealed, 'url'), await open(delivery.secret_sealed, 'secret')]
  if (url === undefined || secret === undefined) return undefined
  const isOldGood = delivery.old_secret_sealed !== null && (delivery.old_until?.getTime() ?? 0) > now()
  const old = isOldGood && delivery.old_secret_sealed !== null ? await open(delivery.old_secret_sealed, 'secret') : undefined
  const body = JSON.stringify({ type: kind, timestamp: isoTime(happenedAt.getTime()), data: shownData(kind, delivery.data) })
  const message = { id: `msg_${delivery.id}`, timestampSeconds: Math.floor(now() / 1_000), body }
  const headers = signedHeaders(message, old === undefined ? [secret] : [secret, old])
  return await postMessage(outside, { url: url.toString(), headers, body })
}
