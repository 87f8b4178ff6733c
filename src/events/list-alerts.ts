import { type Database, sql } from '../db/index.ts'

/** Events that the owner of an account may have to do something about. */
export const ALERT_KINDS = ['key.leaked', 'key.paused', 'spend.reached', 'budget.reached', 'balance.low', 'webhook.off'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** An event of the last seven days; `keyHint` is of the key that it is about, where it is about one that is there. */
export type Alert = {
  readonly id: string
  readonly kind: AlertKind
  readonly data: Readonly<Record<string, unknown>>
  readonly keyHint: string | undefined
  readonly happenedAt: Date
  /** Whether somebody who runs the account has seen it. */
  readonly isSeen: boolean
}

type Row = {
  readonly id: string
  readonly kind: AlertKind
  readonly data: Alert['data']
  readonly hint: string | null
  readonly created_at: Date
  readonly is_seen: boolean
}

const SHOWN_MAX = 50

/** The last fifty alerts of an account, newest first; they are kept for seven days. */
export async function listAlerts(database: Database, accountId: string): Promise<readonly Alert[]> {
  const rows = await database.query<Row>(sql`
    select event.id, event.kind, event.data, event.created_at, api_key.hint,
      event.created_at <= coalesce(setting.alerts_seen_at, '-infinity') as is_seen
    from account_event event
    left join notification_setting setting on setting.account_id = event.account_id
    left join api_key on api_key.id = (event.data ->> 'key_id')::uuid and api_key.account_id = event.account_id
    where event.account_id = ${accountId}::uuid and event.kind = any(${[...ALERT_KINDS]}::text[])
    order by event.created_at desc, event.id desc limit ${SHOWN_MAX}`)
  return rows.map(({ id, kind, data, hint, created_at: happenedAt, is_seen: isSeen }) => ({
    ...{ id, kind, data, happenedAt, isSeen, keyHint: hint ?? undefined },
  }))
}

/** Notes that the alerts of an account up to now are seen; `now` in milliseconds. Of an account that is erased nothing is kept. */
export async function noteAlertsSeen(database: Database, accountId: string, now: number): Promise<void> {
  await database.query(sql`
    insert into notification_setting as known (account_id, alerts_seen_at)
    select id, ${new Date(now)}::timestamptz from account where id = ${accountId}::uuid and status <> 'erased' for share
    on conflict (account_id) do update set alerts_seen_at = greatest(known.alerts_seen_at, excluded.alerts_seen_at)`)
}
