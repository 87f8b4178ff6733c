import { type Database, sql } from '../db/index.ts'
import { pauseKey } from '../keys/index.ts'
import type { NanoUsd } from '../lib/index.ts'

/** What an alarm over a key is about: it spent much, or much for what is usual for it, was used from many places, or was found in public. */
export const ALARM_KINDS = ['spike', 'unusual', 'shared', 'leaked'] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

/** An alarm that is to be raised; `amount` in nano-USD within five minutes, `addresses` those of a day, `now` in milliseconds. */
export type NewAlarm = {
  readonly id: string
  readonly keyId: string
  readonly accountId: string
  readonly isPausing: boolean
  readonly now: number
} & ({ readonly kind: 'spike' | 'unusual'; readonly amount: NanoUsd } | { readonly kind: 'shared'; readonly addresses: number })

/** So long nobody else raises the same alarm: other nodes have seen the same money. Of addresses they see the same for a day. */
const QUIET_MS = 60_000
const DAY_MS = 86_400_000

/**
 * Writes an alarm down and, where that is wanted, makes the key rest with it. False when the key rests or was ended already, or when the alarm was
 * raised elsewhere within the last minute, or for sharing that day, and the key has not been resumed since.
 */
export async function raiseAlarm(database: Database, alarm: NewAlarm): Promise<boolean> {
  const { id, keyId, accountId, kind, isPausing, now } = alarm
  const [at, quietSince] = [new Date(now), new Date(kind === 'shared' ? now - (now % DAY_MS) - 1 : now - QUIET_MS)]
  return await database.transaction(async (tx) => {
    const [key] = await tx.query<{ resumed_at: Date | null }>(sql`
      select resumed_at from api_key
      where id = ${keyId}::uuid and account_id = ${accountId}::uuid and paused_at is null and revoked_at is null for update`)
    if (key === undefined) return false
    const before = await tx.query(sql`
      select from key_alarm where key_id = ${keyId}::uuid and kind = ${kind} and raised_at > ${quietSince}
        and raised_at >= coalesce(${key.resumed_at}::timestamptz, '-infinity')`)
    if (before.length > 0) return false
    const [amount, addresses] = 'amount' in alarm ? [alarm.amount, null] : [null, alarm.addresses]
    await tx.query(sql`
      insert into key_alarm (id, account_id, key_id, kind, amount, addresses, is_paused, raised_at, told_at)
      values (${id}::uuid, ${accountId}::uuid, ${keyId}::uuid, ${kind}, ${amount}::bigint, ${addresses}::integer, ${isPausing}, ${at},
        ${kind === 'shared' ? at : null}::timestamptz)`)
    if (isPausing) await pauseKey(tx, { id: keyId, reason: 'spike', now })
    return true
  })
}
