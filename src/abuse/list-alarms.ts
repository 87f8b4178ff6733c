import { type Database, sql } from '../db/index.ts'
import type { NanoUsd } from '../lib/index.ts'
import type { AlarmKind } from './raise-alarm.ts'

/** An alarm over a key; `amount` in nano-USD within five minutes, `addresses` those of a day. */
export type KeyAlarm = {
  readonly id: string
  readonly accountId: string
  readonly keyId: string
  readonly kind: AlarmKind
  readonly amount: NanoUsd | undefined
  readonly addresses: number | undefined
  readonly isPaused: boolean
  readonly raisedAt: Date
  /** The first and last characters of the key, and how it is now. */
  readonly keyHint: string
  readonly keyState: 'active' | 'paused' | 'revoked'
}

type Row = {
  readonly id: string
  readonly account_id: string
  readonly key_id: string
  readonly kind: AlarmKind
  readonly amount: NanoUsd | null
  readonly addresses: number | null
  readonly is_paused: boolean
  readonly raised_at: Date
  readonly hint: string
  readonly state: KeyAlarm['keyState']
}

/** The last alarms of all accounts, newest first. */
export async function listAlarms(database: Database, limit: number): Promise<readonly KeyAlarm[]> {
  const rows = await database.query<Row>(sql`
    select alarm.id, alarm.account_id, key_id, kind, amount, addresses, is_paused, raised_at, hint,
      case when revoked_at is not null then 'revoked' when paused_at is not null then 'paused' else 'active' end as state
    from key_alarm alarm join api_key on api_key.id = key_id order by raised_at desc, alarm.id limit ${limit}`)
  return rows.map((row) => ({
    ...{ id: row.id, accountId: row.account_id, keyId: row.key_id, kind: row.kind, isPaused: row.is_paused, raisedAt: row.raised_at },
    amount: row.amount ?? undefined,
    addresses: row.addresses ?? undefined,
    ...{ keyHint: row.hint, keyState: row.state },
  }))
}

const FRESH_MS = 86_400_000

/**
 * Over how many keys somebody has to decide, and since when the oldest waits: what an alarm made rest and nobody resumed, and what still calls
 * after an alarm of the last 24 hours.
 */
export async function countAlarms(database: Database, now: number): Promise<{ readonly open: number; readonly since: Date | undefined }> {
  const [row] = await database.query<{ readonly open: number; readonly since: Date | null }>(sql`
    select count(distinct key_id)::integer as open, min(raised_at) as since
    from key_alarm alarm join api_key on api_key.id = key_id
    where revoked_at is null and case
      when paused_at is null then raised_at > ${new Date(now - FRESH_MS)} else alarm.is_paused and paused_for is distinct from 'owner' end`)
  return { open: row?.open ?? 0, since: row?.since ?? undefined }
}
