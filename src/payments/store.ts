import { type Database, sql } from '../db/index.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import {
  PAYMENT_COLUMNS,
  type Payment,
  type PaymentPurpose,
  type PaymentRow,
  type PaymentState,
  paymentOf,
  type RailName,
} from './payment.ts'

/** A payment that somebody begins; `amount` in nano-USD, `railRef` what the rail calls it, where that is known already. */
export type NewPayment = {
  readonly id: string
  readonly accountId: string
  readonly rail: RailName
  readonly purpose: PaymentPurpose
  readonly amount: NanoUsd
  readonly railRef?: string | undefined
  readonly createdAt: Date
  readonly expiresAt?: Date | undefined
}

/** Writes a payment as open; the same id again gives the one that is there. */
export async function insertPayment(database: Database, payment: NewPayment): Promise<Payment> {
  const { id, accountId, rail, purpose, amount, railRef, createdAt, expiresAt } = payment
  await database.query(sql`
    insert into payment (id, account_id, rail, purpose, amount, state, rail_ref, created_at, expires_at)
    values (${id}::uuid, ${accountId}::uuid, ${rail}, ${JSON.stringify(purpose)}::jsonb, ${amount}::bigint, 'open', ${railRef ?? null},
      ${createdAt}::timestamptz, ${expiresAt ?? null}::timestamptz)
    on conflict (id) do nothing`)
  const [row] = await database.query<PaymentRow>(sql`select ${PAYMENT_COLUMNS} from payment where id = ${id}::uuid`)
  if (row === undefined) throw new TypeError('a payment that was written is not there')
  return paymentOf(row)
}

/** A payment by its id; undefined when there is none. */
export async function findPayment(database: Database, id: string): Promise<Payment | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await database.query<PaymentRow>(sql`select ${PAYMENT_COLUMNS} from payment where id = ${id}::uuid`)
  return row && paymentOf(row)
}

/** A payment by what its rail calls it; undefined when there is none. */
export async function findByRef(database: Database, rail: RailName, railRef: string): Promise<Payment | undefined> {
  const [row] = await database.query<PaymentRow>(sql`
    select ${PAYMENT_COLUMNS} from payment where rail = ${rail} and rail_ref = ${railRef}`)
  return row && paymentOf(row)
}

/** The payment whose money a rail knows by a keyed hash; undefined before it came. */
export async function findByExternalKey(database: Database, rail: RailName, externalKey: string): Promise<Payment | undefined> {
  const [row] = await database.query<PaymentRow>(sql`
    select ${PAYMENT_COLUMNS} from payment where rail = ${rail} and external_key = ${externalKey}`)
  return row && paymentOf(row)
}

/** A payment as it is found by what its money is known by in the journal. */
export type KnownMoney = Pick<Payment, 'id' | 'accountId' | 'amount' | 'railRef'> & { readonly externalKey: string }

/** The payments whose money a rail knows by keyed hashes. */
export async function listByExternalKeys(database: Database, rail: RailName, keys: readonly string[]): Promise<readonly KnownMoney[]> {
  const rows = await database.query<PaymentRow & { readonly external_key: string }>(sql`
    select ${PAYMENT_COLUMNS}, external_key from payment where rail = ${rail} and external_key = any(${[...keys]}::text[]) order by id`)
  return rows.map((row) => ({ ...paymentOf(row), externalKey: row.external_key }))
}

/** What an account paid or began to pay, newest first. */
export async function listPayments(database: Database, accountId: string, limit = 100): Promise<readonly Payment[]> {
  const rows = await database.query<PaymentRow>(sql`
    select ${PAYMENT_COLUMNS} from payment where account_id = ${accountId}::uuid order by created_at desc, id desc limit ${limit}`)
  return rows.map(paymentOf)
}

/** Payments whose deposit is made and whose rest was left undone since before a time, oldest first. */
export async function listUnfinished(database: Database, before: Date, limit: number): Promise<readonly Payment[]> {
  const rows = await database.query<PaymentRow>(sql`
    select ${PAYMENT_COLUMNS} from payment where state = 'paid' and ended_at < ${before}::timestamptz order by created_at limit ${limit}`)
  return rows.map(paymentOf)
}

/** Payments of a rail that were begun there and not ended, any of them, so that those that cannot be looked at hide no others. */
export async function listOpen(database: Database, rail: RailName, limit: number): Promise<readonly Payment[]> {
  const rows = await database.query<PaymentRow>(sql`
    select ${PAYMENT_COLUMNS} from payment
    where rail = ${rail} and state in ('open', 'pending') and rail_ref is not null order by random() limit ${limit}`)
  return rows.map(paymentOf)
}

/** Payments of a rail that were begun here and never there, and that nobody can pay any more since before a time, oldest first. */
export async function listUnopened(database: Database, rail: RailName, asked: { readonly before: Date; readonly limit: number }) {
  const rows = await database.query<PaymentRow>(sql`
    select ${PAYMENT_COLUMNS} from payment
    where rail = ${rail} and state = 'open' and rail_ref is null and expires_at < ${asked.before}::timestamptz
    order by created_at limit ${asked.limit}`)
  return rows.map(paymentOf)
}

/** How many payments have a deposit and something left to do since before a time, and how many problems wait for the operator since then. */
export async function countOverdue(database: Database, before: Date): Promise<number> {
  const [row] = await database.query<{ overdue: number }>(sql`
    select ((select count(*) from payment where state = 'paid' and ended_at < ${before}::timestamptz)
      + (select count(*) from payment_problem where resolved_at is null and created_at < ${before}::timestamptz))::integer as overdue`)
  return row?.overdue ?? 0
}

/** Notes what the rail calls an open payment, which has one name for good; false where it has another, or is over. */
export async function noteRef(database: Database, id: string, railRef: string): Promise<boolean> {
  const rows = await database.query(sql`
    update payment set rail_ref = ${railRef}
    where id = ${id}::uuid and state in ('open', 'pending') and coalesce(rail_ref, ${railRef}) = ${railRef} returning id`)
  return rows.length > 0
}

/** Notes that all of the money that a rail knows by a keyed hash was taken back. */
export async function noteTakenBack(database: Database, rail: RailName, externalKey: string): Promise<void> {
  await database.query(sql`
    update payment set taken_back = amount, is_followed = false
    where rail = ${rail} and external_key = ${externalKey} and taken_back < amount`)
}

/** Whether a deposit was undone by hand, so that its account has lost all of it already. */
export const isUndone = async (database: Database, transferId: string): Promise<boolean> =>
  (await database.query(sql`select from transfer where reverses = ${transferId}::uuid`)).length > 0

/** A step that a payment takes, from any of some states; `outcome` says why, where there is something to say. */
export type Step = { readonly from: readonly PaymentState[]; readonly to: PaymentState; readonly outcome?: string; readonly at: Date }

/** Takes a payment on; false when it is in none of the states that the step begins at. */
export async function takeStep(database: Database, id: string, { from, to, outcome, at }: Step): Promise<boolean> {
  const rows = await database.query(sql`
    update payment set state = ${to}, outcome = coalesce(${outcome ?? null}, outcome), ended_at = ${at}::timestamptz
    where id = ${id}::uuid and state = any(${[...from]}::text[]) returning id`)
  return rows.length > 0
}

/** Money that came: how much, what it is known by, and its deposit. */
export type Paid = { readonly amount: NanoUsd; readonly externalKey: string; readonly transferId: string; readonly at: Date }

/** Notes that the deposit of a payment is in the journal; does nothing when that was noted before. */
export async function markPaid(database: Database, id: string, { amount, externalKey, transferId, at }: Paid): Promise<void> {
  await database.query(sql`
    update payment set state = 'paid', amount = ${amount}::bigint, external_key = ${externalKey}, transfer_id = ${transferId}::uuid,
      ended_at = ${at}::timestamptz
    where id = ${id}::uuid and state in ('open', 'pending', 'failed', 'expired')`)
}
