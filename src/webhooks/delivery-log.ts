import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { TEST_EVENT } from './event-kinds.ts'
import type { WhichEndpoint } from './manage-endpoints.ts'

/** What became of a delivery: `status` is that of the last answer, undefined where there was none. */
export type Delivery = {
  readonly id: string
  readonly kind: string
  readonly state: 'waiting' | 'delivered' | 'failed'
  readonly tries: number
  readonly status: number | undefined
  readonly lastTryAt: Date | undefined
  readonly createdAt: Date
}

const SHOWN_MAX = 100

type Row = {
  readonly id: string
  readonly kind: string
  readonly state: Delivery['state']
  readonly tries: number
  readonly last_status: number | null
  readonly last_try_at: Date | null
  readonly created_at: Date
}

/** The last hundred deliveries of an endpoint, newest first; they are kept for seven days. Fails with webhook_unknown. */
export async function listDeliveries(database: Database, which: WhichEndpoint): Promise<readonly Delivery[]> {
  await requireEndpoint(database, which)
  const rows = await database.query<Row>(sql`
    select id, kind, state, tries, last_status, last_try_at, created_at from webhook_delivery
    where endpoint_id = ${which.id}::uuid order by created_at desc, id desc limit ${SHOWN_MAX}`)
  return rows.map((row) => ({
    ...{ id: row.id, kind: row.kind, state: row.state, tries: row.tries },
    ...{ status: row.last_status ?? undefined, lastTryAt: row.last_try_at ?? undefined, createdAt: row.created_at },
  }))
}

/** Queues an event that says nothing, to see whether an endpoint takes it. Fails with webhook_unknown. */
export async function queueTest(
  tx: Database,
  { accountId, id, deliveryId, now }: WhichEndpoint & { readonly deliveryId: string; readonly now: number },
): Promise<void> {
  await requireEndpoint(tx, { accountId, id })
  const at = new Date(now)
  await tx.query(sql`
    insert into webhook_delivery (id, account_id, endpoint_id, kind, data, happened_at, state, next_try_at, created_at)
    values (${deliveryId}::uuid, ${accountId}::uuid, ${id}::uuid, ${TEST_EVENT}, '{}', ${at}, 'waiting', ${at}, ${at})`)
}

/** Whoever has taken a delivery has it for so long, so that it is not sent twice at once. */
const LEASE_SECONDS = 60

/**
 * Has a delivery sent once more at once, under the same id, whether it was taken or given up. Fails with webhook_unknown, webhook_off,
 * delivery_unknown.
 */
export async function resendDelivery(
  tx: Database,
  { accountId, id, deliveryId, now }: WhichEndpoint & { readonly deliveryId: string; readonly now: number },
): Promise<void> {
  await requireEndpoint(tx, { accountId, id })
  const [on] = await tx.query(sql`select from webhook_endpoint where id = ${id}::uuid and is_active for share`)
  if (on === undefined) fail('webhook_off')
  if (!isUuid(deliveryId)) fail('delivery_unknown')
  const at = new Date(now)
  const queued = await tx.query(sql`
    update webhook_delivery set state = 'waiting',
      next_try_at = case when last_try_at > ${at}::timestamptz - make_interval(secs => ${LEASE_SECONDS}) and state = 'waiting' then next_try_at else ${at} end
    where id = ${deliveryId}::uuid and endpoint_id = ${id}::uuid and account_id = ${accountId}::uuid returning 1`)
  if (queued.length === 0) fail('delivery_unknown')
}

async function requireEndpoint(database: Database, { accountId, id }: WhichEndpoint): Promise<void> {
  const [found] = isUuid(id)
    ? await database.query(sql`select from webhook_endpoint where id = ${id}::uuid and account_id = ${accountId}::uuid`)
    : []
  if (found === undefined) fail('webhook_unknown')
}
