import { type Database, sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import type { Payment } from '../../payment.ts'
import { isUndone } from '../../store.ts'
import { undo } from '../../undo.ts'
import { CURRENCY, creditOfGross, nanoOfCents } from './cents.ts'
import { markPayment } from './mark-payment.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { syncIntent } from './settle.ts'
import type { Dispute } from './stripe-api.ts'
import { grossOf } from './stripe-rows.ts'

/** A dispute as it is shown; `amount` nano-USD of credit, `feeCents` what the bank asks of the house. */
export type ShownDispute = {
  readonly disputeId: string | undefined
  readonly paymentId: string
  readonly accountId: string
  readonly amount: NanoUsd
  readonly feeCents: bigint
  readonly status: string
  readonly openedAt: Date
}

/** Statuses in the order in which a dispute can reach them. Source: docs.stripe.com/disputes/how-disputes-work (2026-11-26). */
const RANKS: Readonly<Record<string, number>> = {
  warning_needs_response: 1,
  warning_under_review: 2,
  warning_closed: 3,
  needs_response: 4,
  under_review: 5,
  lost: 6,
  prevented: 6,
  won: 7,
}

/**
 * Brings a dispute to what Stripe says of it now. What a bank took is charged back, once, with a debt for what is spent; what it gave back is
 * the opposite of that, once; an inquiry takes nothing.
 */
export async function syncDispute(parts: StripeParts, disputeId: string): Promise<void> {
  await applyDispute(parts, await parts.api.readDispute(disputeId))
}

/** The same with what Stripe says of it. */
export async function applyDispute(parts: StripeParts, told: Dispute): Promise<void> {
  const { id: disputeId } = told
  const payment = told.intentId === undefined ? undefined : await syncIntent(parts, told.intentId)
  const accountId = payment?.accountId
  const trouble = (code: string): Promise<boolean> => parts.desk.problem({ rail: RAIL, code, ref: disputeId, accountId })
  if (payment?.transferId === undefined) return void (told.isWithdrawn && (await trouble('dispute_unknown')))
  if (told.currency !== CURRENCY) return void (await trouble('dispute_currency_mismatch'))
  const key = parts.desk.externalKey(RAIL, told.id)
  const amount = await noteDispute(parts, { payment, told, key })
  if (amount === 0n) return
  // Who lost the deposit by hand does not owe it besides.
  const isOwed = told.isWithdrawn && ((await wasTaken(parts.database, key)) || !(await isUndone(parts.database, payment.transferId)))
  if (isOwed) await book(parts, { payment, key, amount, isReinstated: told.isReinstated })
  await markPayment(parts, payment.id)
}

type Noted = { readonly payment: Payment; readonly told: Dispute; readonly key: string }

/** Writes down what is told, and never an earlier status over a later one. Returns the credit it is about, which stays as it was first told. */
async function noteDispute(parts: StripeParts, { payment, told, key }: Noted): Promise<NanoUsd> {
  const gross = await grossOf(parts.database, payment)
  const amount = nanoOfCents(creditOfGross(gross, told.amountCents))
  if (amount === 0n) return 0n
  const [rank, at] = [RANKS[told.status] ?? 0, timeOf(parts)]
  const [row] = await parts.database.query<{ amount: NanoUsd }>(sql`
    insert into stripe_dispute (external_key, dispute_id, payment_id, account_id, amount, fee_cents, status, rank, opened_at, changed_at)
    values (${key}, ${told.id}, ${payment.id}::uuid, ${payment.accountId}::uuid, ${amount}::bigint, ${told.feeCents}::bigint, ${told.status},
      ${rank}, ${at}::timestamptz, ${at}::timestamptz)
    on conflict (external_key) do update set
      fee_cents = greatest(stripe_dispute.fee_cents, excluded.fee_cents),
      status = case when excluded.rank >= stripe_dispute.rank then excluded.status else stripe_dispute.status end,
      rank = greatest(stripe_dispute.rank, excluded.rank), changed_at = excluded.changed_at
    returning amount`)
  return row?.amount ?? amount
}

/** Whether a dispute is in the books already. */
const wasTaken = async (database: Database, key: string): Promise<boolean> =>
  (await database.query(sql`select from stripe_dispute where external_key = ${key} and is_taken`)).length > 0

type Booking = { readonly payment: Payment; readonly key: string; readonly amount: NanoUsd; readonly isReinstated: boolean }

async function book({ database, ledger }: StripeParts, { payment, key, amount, isReinstated }: Booking): Promise<void> {
  const { accountId } = payment
  const taken = await ledger.chargeBack({ accountId, amount, sourceKey: `stripe-dispute:${key}`, reason: 'disputed' })
  await database.query(sql`
    update stripe_dispute set is_taken = true, charge_back_id = ${taken.transferId}::uuid where external_key = ${key}`)
  if (!isReinstated) return
  const { transferId } = taken
  const returnId = await undo({ database, ledger }, { transferId, sourceKey: `stripe-dispute:${key}:won`, reason: 'dispute won' })
  await database.query(sql`
    update stripe_dispute set is_returned = true, return_id = ${returnId}::uuid where external_key = ${key}`)
}

type Row = {
  readonly dispute_id: string | null
  readonly payment_id: string
  readonly account_id: string
  readonly amount: NanoUsd
  readonly fee_cents: bigint
  readonly status: string
  readonly opened_at: Date
}

/** Disputes, newest first; of one account where one is given. */
export async function listDisputes(
  database: Database,
  { accountId, limit }: { readonly accountId?: string; readonly limit: number },
): Promise<readonly ShownDispute[]> {
  const whose = accountId === undefined ? sql`true` : sql`account_id = ${accountId}::uuid`
  const rows = await database.query<Row>(sql`
    select dispute_id, payment_id, account_id, amount, fee_cents, status, opened_at from stripe_dispute
    where ${whose} order by opened_at desc, external_key limit ${limit}`)
  return rows.map((row) => ({
    ...{ disputeId: row.dispute_id ?? undefined, paymentId: row.payment_id, accountId: row.account_id, amount: row.amount },
    ...{ feeCents: row.fee_cents, status: row.status, openedAt: row.opened_at },
  }))
}
