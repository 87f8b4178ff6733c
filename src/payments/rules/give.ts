import { type Database, sql } from '../../db/index.ts'
import type { Ledger } from '../../ledger/index.ts'
import { doEach, type Ids, type NanoUsd } from '../../lib/index.ts'
import type { Payment } from '../payment.ts'
import { bonusOn, giftOn, type PaymentRules } from './rules.ts'

/** What gifts are given with; `database` has the role farebox_app. */
export type GiftParts = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'credit'>
  readonly ids: Ids
  readonly clock: { readonly now: () => number }
  readonly rules: PaymentRules
}

/** Why a gift was given. */
export type GiftKind = 'bonus' | 'promo' | 'referral' | 'signup'

/** Gives what the rules promise for a payment whose money came from outside: each gift once, however often this is done. */
export async function giveForPayment(parts: GiftParts, payment: Payment): Promise<void> {
  // A code that was sold brought no new money of this account's; a wallet that pays for its calls one by one tops nothing up.
  if (payment.rail === 'code' || payment.rail === 'x402') return
  await parts.database.transaction(async (tx) => {
    await giveBonus(tx, parts, payment)
    await givePromo(tx, parts, payment)
    await giveReferral(tx, parts, payment)
    // What was taken back before its gifts were given is looked at again.
    await tx.query(sql`update payment set is_followed = false where id = ${payment.id} and taken_back > 0`)
  })
  await bookGifts(parts, { paymentId: payment.id })
}

/** A new account, and how many may get credit in 24 hours; undefined: all. */
export type SignupGift = { readonly accountId: string; readonly perDay?: number | undefined }

/** Writes down in a transaction what a new account gets, once; nothing where the rules give none, or too many got it within a day. */
export async function promiseForSignup(
  tx: Database,
  parts: Pick<GiftParts, 'ids' | 'clock' | 'rules'>,
  { accountId, perDay }: SignupGift,
): Promise<void> {
  const { signupCredit } = parts.rules
  if (signupCredit === undefined) return
  if (perDay !== undefined) {
    await lockRule(tx, 'signup')
    // Gifts of accounts that are erased are gone.
    const [had] = await tx.query<{ today: number }>(sql`
      select count(id)::int as today from signup_given where given_at > ${new Date(parts.clock.now() - DAY_MS)}`)
    if ((had?.today ?? 0) >= perDay) return
  }
  await insertGift(tx, parts, { accountId, kind: 'signup', amount: signupCredit })
}

const DAY_MS = 86_400_000

async function giveBonus(tx: Database, parts: GiftParts, { id, accountId, amount }: Payment): Promise<void> {
  await insertGift(tx, parts, { accountId, kind: 'bonus', paymentId: id, amount: bonusOn(amount, parts.rules.bonus) })
}

async function givePromo(tx: Database, parts: GiftParts, { id, accountId, amount, rail }: Payment): Promise<void> {
  // Money that came to an address was not asked for one by one: it brings the promotion that the account named last.
  const [named] = await tx.query<{ code: string; created_at: Date }>(sql`
    select code, created_at from payment_promo where payment_id = ${id} or (${rail === 'usdc'}::boolean and account_id = ${accountId})
    order by created_at desc limit 1`)
  const rule = parts.rules.promoCodes.find(({ code }) => code === named?.code)
  // What was named in time holds, also if the money takes its time.
  const namedAt = named?.created_at.getTime() ?? 0
  if (rule === undefined || amount < rule.minimumTopup || namedAt >= (rule.until ?? Number.POSITIVE_INFINITY)) return
  const gift = giftOn(amount, rule.size)
  await lockRule(tx, `promo:${rule.code}`)
  if ((await givenOf(tx, rule.code)) + gift > rule.total) return
  await insertGift(tx, parts, { accountId, kind: 'promo', rule: rule.code, paymentId: id, amount: gift })
}

async function giveReferral(tx: Database, parts: GiftParts, { id, accountId, amount }: Payment): Promise<void> {
  const rule = parts.rules.referral
  if (rule === undefined || amount < rule.minimumTopup) return
  const [brought] = await tx.query<{ referrer_id: string }>(sql`
    select referrer_id from referral join account on account.id = referrer_id
    where account_id = ${accountId} and account.status = 'active'`)
  if (brought === undefined) return
  await lockRule(tx, `referral:${brought.referrer_id}`)
  const [had] = await tx.query<{ today: number; all: NanoUsd }>(sql`
    select count(id) filter (where given_at > ${new Date(parts.clock.now() - DAY_MS)})::int as today, coalesce(sum(amount), 0)::bigint as all
    from gift where kind = 'referral' and account_id = ${brought.referrer_id}`)
  const left = rule.rewardMax - (had?.all ?? 0n)
  const reward = giftOn(amount, rule)
  if ((had?.today ?? 0) >= rule.rewardsPerDay || left <= 0n) return
  await insertGift(tx, parts, { accountId: brought.referrer_id, kind: 'referral', paymentId: id, amount: reward < left ? reward : left })
}

/** Keeps others from the same rule until the transaction ends, so that a cap is never passed by two at the same time. */
const lockRule = (tx: Database, name: string): Promise<readonly unknown[]> =>
  tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)

/** What a promotion has given, also to accounts that are erased since. */
async function givenOf(tx: Database, rule: string): Promise<NanoUsd> {
  const [row] = await tx.query<{ amount: NanoUsd }>(sql`select amount from promo_given where rule = ${rule}`)
  return row?.amount ?? 0n
}

type NewGift = {
  readonly accountId: string
  readonly kind: GiftKind
  readonly rule?: string
  readonly paymentId?: string
  readonly amount: NanoUsd
}

async function insertGift(database: Database, { ids, clock }: Pick<GiftParts, 'ids' | 'clock'>, gift: NewGift): Promise<void> {
  const { accountId, kind, rule = '', paymentId, amount } = gift
  if (amount <= 0n) return
  await database.query(sql`
    insert into gift (id, account_id, kind, rule, payment_id, amount, given_at)
    values (${ids.uuid()}, ${accountId}, ${kind}, ${rule}, ${paymentId ?? null}::uuid, ${amount}, ${new Date(clock.now())})
    on conflict do nothing`)
}

type GiftRow = { readonly id: string; readonly account_id: string; readonly kind: GiftKind; readonly amount: NanoUsd }

/**
 * Books gifts that are not in the journal, once each, some of them in no order; those of one payment where it is named. Returns how many; those that
 * cannot be booked hold up no other, however many they are, and a failure is thrown at the end.
 */
export async function bookGifts(
  { database, ledger }: Pick<GiftParts, 'database' | 'ledger'>,
  { paymentId }: { readonly paymentId?: string },
): Promise<number> {
  const rows = await database.query<GiftRow>(sql`
    select id, account_id, kind, amount from gift
    where transfer_id is null and (${paymentId ?? null}::uuid is null or payment_id = ${paymentId ?? null}::uuid)
    order by random() limit 100`)
  await doEach(rows, async ({ id, account_id: accountId, kind, amount }) => {
    const credit = { accountId, amount, kind: 'promotion', sourceKey: `gift:${id}`, reason: kind } as const
    const { transferId } = await ledger.credit(credit)
    await database.query(sql`update gift set transfer_id = ${transferId}::uuid where id = ${id}`)
  })
  return rows.length
}
