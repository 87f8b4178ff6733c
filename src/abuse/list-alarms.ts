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
}

/** The last alarms of all accounts, newest first. */
export async function listAlarms(database: Database, limit: number): Promise<readonly KeyAlarm[]> {
  const rows = await database.query<Row>(sql`
    select id, account_id, key_id, kind, amount, addresses, is_paused, raised_at from key_alarm order by raised_at desc, id limit ${limit}`)
  return rows.map((row) => ({
    ...{ id: row.id, accountId: row.account_id, keyId: row.key_id, kind: row.kind, isPaused: row.is_paused, raisedAt: row.raised_at },
    amount: row.amount ?? undefined,
    addresses: row.addresses ?? undefined,
  }))
}
