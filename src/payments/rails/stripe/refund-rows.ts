import { type Database, sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'

/** How far money on its way back to a card is. */
export const REFUND_STATES = ['asked', 'taken', 'sent', 'done', 'failed', 'refused'] as const
export type RefundState = (typeof REFUND_STATES)[number]

/** Money that goes back to a card; `amount` nano-USD of credit, `grossCents` what the card gets. */
export type Refund = {
  readonly id: string
  readonly paymentId: string
  readonly accountId: string
  readonly origin: 'here' | 'stripe'
  readonly amount: NanoUsd
  readonly grossCents: bigint
  readonly state: RefundState
  readonly outcome: string | undefined
  readonly transferId: string | undefined
  readonly askedAt: Date
}

type Row = {
  readonly id: string
  readonly payment_id: string
  readonly account_id: string
  readonly origin: 'here' | 'stripe'
  readonly amount: NanoUsd
  readonly gross_cents: bigint
  readonly state: RefundState
  readonly outcome: string | null
  readonly transfer_id: string | null
  readonly asked_at: Date
}

const COLUMNS = sql`id, payment_id, account_id, origin, amount, gross_cents, state, outcome, transfer_id, asked_at`

/** Writes a refund as asked for; the same id again gives the one that is there. */
export async function insertRefund(database: Database, refund: Omit<Refund, 'state' | 'outcome' | 'transferId'>): Promise<Refund> {
  const { id, paymentId, accountId, origin, amount, grossCents, askedAt } = refund
  await database.query(sql`
    insert into stripe_refund (id, payment_id, account_id, origin, amount, gross_cents, state, asked_at)
    values (${id}::uuid, ${paymentId}::uuid, ${accountId}::uuid, ${origin}, ${amount}::bigint, ${grossCents}::bigint, 'asked',
      ${askedAt}::timestamptz)
    on conflict (id) do nothing`)
  const found = await findRefund(database, id)
  if (found === undefined) throw new TypeError('a refund that was written is not there')
  return found
}

/** A refund by its id; undefined where there is none. */
export async function findRefund(database: Database, id: string): Promise<Refund | undefined> {
  const [row] = await database.query<Row>(sql`select ${COLUMNS} from stripe_refund where id = ${id}::uuid`)
  return row && refundOf(row)
}

/** The refunds of a payment, oldest first. */
export async function listRefundsOf(database: Database, paymentId: string): Promise<readonly Refund[]> {
  const rows = await database.query<Row>(sql`
    select ${COLUMNS} from stripe_refund where payment_id = ${paymentId}::uuid order by asked_at, id`)
  return rows.map(refundOf)
}

/** The ids of all refunds that stand where they are since before a time, oldest first. */
export async function listStuckRefunds(database: Database, before: Date): Promise<readonly Pick<Refund, 'id' | 'paymentId'>[]> {
  return await database.query<Pick<Refund, 'id' | 'paymentId'>>(sql`
    select id, payment_id as "paymentId" from stripe_refund where state in ('asked', 'taken') and asked_at < ${before}::timestamptz
    order by asked_at`)
}

/** A step of a refund, which is taken from earlier states alone, so that news may come in any order. */
export type RefundStep = { readonly to: RefundState; readonly at: Date; readonly outcome?: string; readonly transferId?: string }

/** Takes a refund on; false when it is further already. */
export async function stepRefund(database: Database, id: string, { to, at, outcome, transferId }: RefundStep): Promise<boolean> {
  const rows = await database.query(sql`
    update stripe_refund set state = ${to}, outcome = coalesce(${outcome ?? null}, outcome),
      transfer_id = coalesce(${transferId ?? null}::uuid, transfer_id), ended_at = case when ${isEnd(to)}::boolean then ${at}::timestamptz end
    where id = ${id}::uuid and state = any(${[...EARLIER[to]]}::text[]) returning id`)
  return rows.length > 0
}

const EARLIER: Readonly<Record<RefundState, readonly RefundState[]>> = {
  asked: [],
  taken: ['asked'],
  sent: ['asked', 'taken'],
  done: ['asked', 'taken', 'sent'],
  // A bank can send back what it had taken.
  failed: ['asked', 'taken', 'sent', 'done'],
  refused: ['asked'],
}

const isEnd = (state: RefundState): boolean => state === 'done' || state === 'failed' || state === 'refused'

const refundOf = (row: Row): Refund => ({
  id: row.id,
  paymentId: row.payment_id,
  accountId: row.account_id,
  origin: row.origin,
  amount: row.amount,
  grossCents: row.gross_cents,
  state: row.state,
  outcome: row.outcome ?? undefined,
  transferId: row.transfer_id ?? undefined,
  askedAt: row.asked_at,
})
