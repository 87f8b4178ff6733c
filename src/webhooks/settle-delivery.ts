import { type Database, sql } from '../db/index.ts'

/** How a try of a delivery ended: with a status, or with no answer. Times in milliseconds. */
export type Settled = {
  readonly id: string
  readonly endpointId: string
  readonly accountId: string
  readonly status: number | undefined
  readonly nextTryAt: number
  readonly createdAt: number
  readonly now: number
}

const [FIRST_DELAY_MS, DELAY_MS_MAX] = [10_000, 6 * 3_600_000]
const TRIED_MS_MAX = 24 * 3_600_000
const FAILING_DAYS_MAX = 3
const DAY_MS = 86_400_000
/** The endpoint is there no more and says so. Source: RFC 9110 §15.5.11 (2022-06); Standard Webhooks 1.0.0 (2026-11-26). */
const GONE = 410

/** How long to wait after so many tries: 10 s, 40 s, and four times as long each time, at most 6 h. */
export const delayMs = (tries: number): number => Math.min(FIRST_DELAY_MS * 4 ** (tries - 1), DELAY_MS_MAX)

/** Writes down how a try ended, in one transaction: taken, to be tried again, or given up; an endpoint that takes nothing for three days, or is gone, is switched off. */
export async function settleDelivery(database: Database, settled: Settled): Promise<void> {
  const { id, endpointId, status, now } = settled
  const isTaken = status !== undefined && status >= 200 && status < 300
  const state = isTaken ? 'delivered' : settled.nextTryAt >= settled.createdAt + TRIED_MS_MAX ? 'failed' : 'waiting'
  await database.transaction(async (tx) => {
    // The endpoint first: whoever switches it off gives up all its deliveries.
    const [endpoint] = await tx.query<{ failing_since: Date | null }>(sql`
      update webhook_endpoint set failing_since = ${isTaken ? sql`null` : sql`coalesce(failing_since, ${new Date(now)})`}
      where id = ${endpointId}::uuid and is_active returning failing_since`)
    await tx.query(sql`
      update webhook_delivery set state = ${state}, last_status = ${status ?? null}, next_try_at = ${new Date(settled.nextTryAt)}
      where id = ${id}::uuid and state = 'waiting'`)
    const isDead = (endpoint?.failing_since?.getTime() ?? now) <= now - FAILING_DAYS_MAX * DAY_MS
    if (endpoint !== undefined && (isDead || status === GONE)) await switchOff(tx, settled)
  })
}

/** Its owner is told by letter; what waits for it is given up. */
async function switchOff(tx: Database, { endpointId, accountId, now }: Settled): Promise<void> {
  const at = new Date(now)
  await tx.query(sql`update webhook_endpoint set is_active = false, switched_off_at = ${at} where id = ${endpointId}::uuid`)
  await tx.query(sql`update webhook_delivery set state = 'failed' where endpoint_id = ${endpointId}::uuid and state = 'waiting'`)
  await tx.query(sql`
    insert into account_event (id, account_id, kind, data, created_at, hooked_at)
    values (gen_random_uuid(), ${accountId}::uuid, 'webhook.off', ${JSON.stringify({ endpoint_id: endpointId })}::jsonb, ${at}, ${at})`)
}
