import { type Database, sql } from '../../../db/index.ts'
import { errorCode, formatUsd, type NanoUsd } from '../../../lib/index.ts'
import type { PaymentState } from '../../payment.ts'
import { insertPayment } from '../../store.ts'
import { BELOW, chargedOn } from './auto-top-up.ts'
import { carryOnCharge } from './charge-card.ts'
import { RAIL, type StripeParts, timeOf } from './parts.ts'
import { insertStripePayment } from './stripe-rows.ts'

const BATCH = 50

/**
 * Tops up the accounts whose balance fell below their threshold, once for each time it did, and goes on with those that wait for their card.
 * A card that says no, or that wants its owner, ends it for that account, with a letter. Returns how many charges were begun.
 */
export async function runAutoTopUps(parts: StripeParts): Promise<number> {
  let begun = 0
  for (const accountId of await listBelow(parts.database)) {
    const paymentId = await cross(parts, accountId)
    if (paymentId === undefined) continue
    begun += 1
    await carryOnCharge(parts, paymentId).catch((thrown: unknown) => {
      parts.log({ event: 'charge-stuck', payment: paymentId, code: errorCode(thrown) })
    })
  }
  for (const waiting of await listWaiting(parts.database)) await follow(parts, waiting)
  await writeLetters(parts)
  return begun
}

async function listBelow(database: Database): Promise<readonly string[]> {
  const rows = await database.query<{ account_id: string }>(sql`
    select account_id from auto_top_up join balance using (account_id) join account on account.id = account_id
    where state = 'armed' and account.status = 'active' and ${BELOW} order by changed_at`)
  return rows.map(({ account_id }) => account_id)
}

/**
 * Notes that the balance of an account fell below its threshold, with the payment that this is to bring, both or neither; undefined when
 * somebody else noted it, or when the day has had its maximum.
 */
async function cross(parts: StripeParts, accountId: string): Promise<string | undefined> {
  const at = timeOf(parts)
  return await parts.database.transaction(async (tx) => {
    const [row] = await tx.query<{ amount: NanoUsd; daily_maximum: NanoUsd }>(sql`
      select amount, daily_maximum from auto_top_up join balance using (account_id)
      where account_id = ${accountId}::uuid and state = 'armed' and ${BELOW} for no key update of auto_top_up`)
    if (row === undefined) return undefined
    const spent = await chargedOn(tx, accountId, at)
    if (spent + row.amount > row.daily_maximum) return undefined
    const id = parts.ids.uuid()
    const purpose = { kind: 'topup' } as const
    await insertPayment(tx, { id, accountId, rail: RAIL, purpose, amount: row.amount, createdAt: at })
    await insertStripePayment(tx, { paymentId: id, accountId, way: 'automatic', createdAt: at })
    await tx.query(sql`
      update auto_top_up set state = 'asked', payment_id = ${id}::uuid, changed_at = ${at}::timestamptz where account_id = ${accountId}::uuid`)
    return id
  })
}

type Waiting = {
  readonly account_id: string
  readonly payment_id: string
  readonly payment_state: PaymentState
  readonly outcome: string | null
}

/** Those that something is to be done about; whoever still owes what came stays as it is, and stands before nobody. */
const listWaiting = (database: Database): Promise<readonly Waiting[]> =>
  database.query<Waiting>(sql`
    select auto_top_up.account_id, payment_id, payment.state as payment_state, payment.outcome
    from auto_top_up join payment on payment.id = payment_id join balance on balance.account_id = auto_top_up.account_id
      left join account_debt debt on debt.account_id = auto_top_up.account_id
    where auto_top_up.state = 'asked' and payment.state not in ('open', 'pending', 'paid')
      and (payment.state in ('failed', 'expired') or not (${BELOW}) or coalesce(debt.amount, 0) = 0)
    order by changed_at limit ${BATCH}`)

/** What became of a charge: the account watches its threshold again once it was above it, or tops itself up no more. */
async function follow(parts: StripeParts, waiting: Waiting): Promise<void> {
  const { account_id: accountId, payment_id: paymentId, payment_state: state, outcome } = waiting
  const at = timeOf(parts)
  const isTheirs = sql`account_id = ${accountId}::uuid and payment_id = ${paymentId}::uuid and state = 'asked'`
  if (state === 'failed' || state === 'expired') {
    await parts.database.query(sql`
      update auto_top_up set state = 'off', outcome = ${outcome}, is_letter_due = true, changed_at = ${at}::timestamptz where ${isTheirs}`)
  } else {
    // Without a debt the whole amount came to the balance, and it is the threshold at least: the balance was above it, however soon it was spent.
    await parts.database.query(sql`update auto_top_up set state = 'armed', changed_at = ${at}::timestamptz where ${isTheirs}`)
  }
}

/** What stops topping up where no card said no; the database writes it with the transfer. */
const GONE_BACK: readonly string[] = ['refunded', 'disputed']

/** Tells people that their account tops itself up no more. */
async function writeLetters({ database, mailer, emailOf, log }: StripeParts): Promise<void> {
  if (mailer === undefined) return
  const due = await database.query<{ account_id: string; amount: NanoUsd; outcome: string | null }>(sql`
    select account_id, amount, outcome from auto_top_up where is_letter_due order by random() limit ${BATCH}`)
  for (const { account_id: accountId, amount, outcome } of due) {
    try {
      const email = await emailOf(accountId)
      const template = outcome !== null && GONE_BACK.includes(outcome) ? 'auto-top-up-stopped' : 'auto-top-up-off'
      if (email !== undefined) await mailer.send(template, email, { amount: formatUsd(amount) })
      await database.query(sql`update auto_top_up set is_letter_due = false where account_id = ${accountId}::uuid`)
    } catch (thrown) {
      log({ event: 'letter-unsent', account: accountId, code: errorCode(thrown) })
    }
  }
}
