import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, type NanoUsd } from '../../lib/index.ts'
import type { PaymentRules } from './rules.ts'

/** A promotion that somebody names when they begin to pay so much. */
export type NamedPromo = { readonly accountId: string; readonly code: string; readonly amount: NanoUsd; readonly now: number }

/** The code of a promotion as it is kept, if it can hold for this top-up. Fails with promo_unknown, promo_used, promo_minimum. */
export async function requirePromo(
  database: Database,
  rules: Pick<PaymentRules, 'promoCodes'>,
  { accountId, code, amount, now }: NamedPromo,
): Promise<string> {
  const rule = rules.promoCodes.find((one) => one.code === code.trim().toUpperCase())
  if (rule === undefined || now >= (rule.until ?? Number.POSITIVE_INFINITY)) return fail('promo_unknown')
  if (amount < rule.minimumTopup) fail('promo_minimum', { minimum: formatUsd(rule.minimumTopup) })
  const used = await database.query(sql`select from gift where kind = 'promo' and rule = ${rule.code} and account_id = ${accountId}`)
  if (used.length > 0) fail('promo_used')
  return rule.code
}

/** A promotion that a payment was begun with; `now` in milliseconds. */
export type PromoNote = { readonly paymentId: string; readonly accountId: string; readonly code: string; readonly now: number }

/** Notes that a payment was begun with a promotion; the gift comes with the money. */
export async function notePromo(database: Database, { paymentId, accountId, code, now }: PromoNote): Promise<void> {
  await database.query(sql`
    insert into payment_promo (payment_id, account_id, code, created_at) values (${paymentId}, ${accountId}, ${code}, ${new Date(now)})
    on conflict do nothing`)
}

const CODE_LENGTH = 10
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The code by which an account brings others; made of 16 random bytes at the first asking. */
export async function referralCodeOf(database: Database, accountId: string, random: Buffer): Promise<string> {
  let rest = BigInt(`0x${random.toString('hex')}`)
  let code = ''
  while (code.length < CODE_LENGTH) {
    code += ALPHABET.charAt(Number(rest % BigInt(ALPHABET.length)))
    rest /= BigInt(ALPHABET.length)
  }
  await database.query(sql`insert into referral_code (account_id, code) values (${accountId}, ${code}) on conflict do nothing`)
  const [row] = await database.query<{ code: string }>(sql`select code from referral_code where account_id = ${accountId}`)
  return row?.code ?? fail('unavailable', { seconds: 1 })
}

/**
 * Notes by whom an account was brought: once, and before it has paid for the first time. Fails with referral_unknown, referral_own,
 * referral_late.
 */
export async function noteReferral(
  tx: Database,
  { accountId, code, now }: { readonly accountId: string; readonly code: string; readonly now: number },
): Promise<void> {
  const [found] = await tx.query<{ account_id: string }>(sql`
    select account_id from referral_code where code = ${code.trim().toUpperCase()}`)
  if (found === undefined) fail('referral_unknown')
  if (found.account_id === accountId) fail('referral_own')
  const paid = await tx.query(sql`select from payment where account_id = ${accountId} and transfer_id is not null limit 1`)
  if (paid.length > 0) fail('referral_late')
  const noted = await tx.query(sql`
    insert into referral (account_id, referrer_id, created_at) values (${accountId}, ${found.account_id}, ${new Date(now)})
    on conflict do nothing returning 1`)
  if (noted.length === 0) fail('referral_late')
}
