import { type Database, sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'

/** How far a payment is; see the table. */
export type PaymentState = 'asked' | 'paid' | 'settled' | 'refused' | 'unclear'

/** A payment as it is kept; of wallet, nonce and transaction there are keyed hashes alone, and what is sealed. */
export type KeptPayment = {
  readonly tag: Buffer
  readonly accountId: string | undefined
  readonly amount: NanoUsd
  readonly state: PaymentState
  readonly pendingSealed: Buffer | undefined
  readonly originSealed: Buffer | undefined
  readonly validBefore: Date
  readonly isServed: boolean
  readonly times: number
}

type Row = {
  readonly tag: Buffer
  readonly account_id: string | null
  readonly amount: NanoUsd
  readonly state: PaymentState
  readonly pending_sealed: Buffer | null
  readonly origin_sealed: Buffer | null
  readonly valid_before: Date
  readonly served_at: Date | null
  readonly times: number
}

const COLUMNS = sql`tag, account_id, amount, state, pending_sealed, origin_sealed, valid_before, served_at, times`

/** What a payment that is being settled is sealed for, under a master key, as it is nobody's yet. */
export const pendingPurpose = (tag: Buffer): string => `x402-pending:${tag.toString('hex')}`

/** What wallet and transaction of a payment are sealed for, so that they open in its own row only. */
export const originPurpose = (tag: Buffer): string => `x402-origin:${tag.toString('hex')}`

/** A payment by its tag; undefined for one that was never carried out. */
export async function findPayment(database: Database, tag: Buffer): Promise<KeptPayment | undefined> {
  const [row] = await database.query<Row>(sql`select ${COLUMNS} from x402_payment where tag = ${tag}`)
  return row && keptOf(row)
}

/** A payment that a facilitator is about to be asked to carry out, and until when nobody else may ask. */
export type Asking = Pick<KeptPayment, 'tag' | 'amount' | 'validBefore'> & {
  readonly pendingSealed: Buffer
  readonly now: Date
  readonly busyUntil: Date
}

/**
 * Makes a payment ours to carry out: a new one, one that was refused before, whatever was signed then, or the same one of which nobody knows how it went and nobody is at it. Resolves
 * with how often it will have been asked for without an answer; undefined where somebody else has it.
 */
export async function beginPayment(database: Database, asking: Asking): Promise<number | undefined> {
  const { tag, amount, pendingSealed, validBefore, now, busyUntil } = asking
  const [row] = await database.query<{ times: number }>(sql`
    insert into x402_payment as known (tag, amount, state, pending_sealed, valid_before, busy_until, times, asked_at)
    values (${tag}, ${amount}, 'asked', ${pendingSealed}, ${validBefore}, ${busyUntil}, 1, ${now})
    on conflict (tag) do update
    set state = 'asked', amount = excluded.amount, valid_before = excluded.valid_before, pending_sealed = excluded.pending_sealed, busy_until = excluded.busy_until,
      times = case known.state when 'refused' then 1 else least(known.times + 1, 1000) end
    where known.state = 'refused'
      or (known.state = 'asked' and known.busy_until <= ${now} and known.amount = excluded.amount and known.valid_before = excluded.valid_before)
    returning times`)
  return row?.times
}

/** Which payments are taken to be finished: those that nobody is at now, so many at most. */
export type Taking = { readonly now: Date; readonly busyUntil: Date; readonly limit: number }

/** Takes payments whose settling was broken off or never answered, oldest first, and makes them ours. */
export async function takeUnfinished(database: Database, taking: Taking): Promise<readonly KeptPayment[]> {
  const rows = await database.query<Row>(sql`
    update x402_payment set busy_until = ${taking.busyUntil}, times = least(times + 1, 1000)
    where tag in (select tag from x402_payment where state in ('asked', 'paid') and busy_until <= ${taking.now}
      order by busy_until limit ${taking.limit} for update skip locked)
    returning ${COLUMNS}`)
  return rows.map(keptOf)
}

/** The facilitator says that it was carried out: from here on it is ours to credit, whatever happens. */
export async function notePaid(
  database: Database,
  tag: Buffer,
  { txTag, pendingSealed }: { readonly txTag: Buffer; readonly pendingSealed: Buffer },
): Promise<void> {
  await database.query(sql`
    update x402_payment set state = 'paid', tx_tag = ${txTag}, pending_sealed = ${pendingSealed} where tag = ${tag} and state = 'asked'`)
}

/** Nothing was sent to the chain; the same payment may come again. */
export async function noteRefused(database: Database, tag: Buffer): Promise<void> {
  await database.query(sql`
    update x402_payment set state = 'refused', pending_sealed = null where tag = ${tag} and state = 'asked'`)
}

/** Nobody knows how it went, or the chain does not show it yet; whoever asks from a time on may try again. */
export async function noteUnknown(database: Database, tag: Buffer, busyUntil: Date): Promise<void> {
  await database.query(sql`update x402_payment set busy_until = ${busyUntil} where tag = ${tag} and state in ('asked', 'paid')`)
}

/** It was put before the operator, and is tried no more. */
export async function noteUnclear(database: Database, tag: Buffer): Promise<void> {
  await database.query(sql`
    update x402_payment set state = 'unclear', pending_sealed = null where tag = ${tag} and state in ('asked', 'paid')`)
}

/** The deposit is in the journal. */
export type Credited = { readonly accountId: string; readonly originSealed: Buffer; readonly now: Date }

/** Notes that a payment is credited. */
export async function noteSettled(database: Database, tag: Buffer, { accountId, originSealed, now }: Credited): Promise<void> {
  await database.query(sql`
    update x402_payment set state = 'settled', account_id = ${accountId}::uuid, origin_sealed = ${originSealed}, pending_sealed = null,
      settled_at = ${now}
    where tag = ${tag} and state = 'paid'`)
}

/** Lets a call in for a settled payment; false when one was before. */
export async function takeServed(database: Database, tag: Buffer, now: Date): Promise<boolean> {
  const rows = await database.query(sql`
    update x402_payment set served_at = ${now} where tag = ${tag} and state = 'settled' and served_at is null returning tag`)
  return rows.length > 0
}

const keptOf = (row: Row): KeptPayment => ({
  tag: row.tag,
  accountId: row.account_id ?? undefined,
  amount: row.amount,
  state: row.state,
  pendingSealed: row.pending_sealed ?? undefined,
  originSealed: row.origin_sealed ?? undefined,
  validBefore: row.valid_before,
  isServed: row.served_at !== null,
  times: row.times,
})
