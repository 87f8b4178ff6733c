import { type Database, sql } from '../../../db/index.ts'
import { fail } from '../../../failures.ts'
import type { Ledger } from '../../../ledger/index.ts'
import { doEach, type NanoUsd } from '../../../lib/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import { hashCode, readCode } from './code-format.ts'
import type { RedeemKind } from './make-batch.ts'

/** What codes are paid out by: the desk takes those that were sold, the books give those that are a gift. `database` has the role farebox_app. */
export type RedeemParts = {
  readonly database: Database
  readonly desk: Pick<PaymentDesk, 'settle'>
  readonly ledger: Pick<Ledger, 'credit'>
}

/** Who redeems which code; `now` in milliseconds. */
export type Redeeming = { readonly accountId: string; readonly code: string; readonly now: number }

/** A code that belongs to an account from now on, by its hash in hex; `amount` is what it is worth. */
export type ClaimedCode = { readonly hash: string; readonly accountId: string; readonly amount: NanoUsd; readonly kind: RedeemKind }

/**
 * Gives a code to the first who redeems it; nothing is paid out yet. Fails with code_unknown, code_used, code_expired, code_disabled, code_waiting.
 */
export async function claimCode(tx: Database, { accountId, code, now }: Redeeming): Promise<ClaimedCode> {
  const hash = hashCode(readCode(code) ?? fail('code_unknown'))
  const at = new Date(now)
  const [claimed] = await tx.query<{ amount: NanoUsd; kind: RedeemKind }>(sql`
    update redeem_code set redeemed_at = ${at}, redeemed_by = ${accountId}::uuid from redeem_batch batch
    where redeem_code.hash = ${hash} and redeem_code.redeemed_at is null and batch.id = redeem_code.batch_id
      and batch.disabled_at is null and (batch.requested_by is null or batch.approved_at is not null) and (batch.expires_at is null or batch.expires_at > ${at})
    returning batch.amount, batch.kind`)
  return claimed === undefined ? await tellWhy(tx, hash) : { ...claimed, accountId, hash: hash.toString('hex') }
}

async function tellWhy(tx: Database, hash: Buffer): Promise<never> {
  const [row] = await tx.query<{ redeemed_at: Date | null; disabled_at: Date | null; is_waiting: boolean }>(sql`
    select redeemed_at, disabled_at, requested_by is not null and approved_at is null as is_waiting from redeem_code join redeem_batch on redeem_batch.id = batch_id where hash = ${hash}`)
  if (row === undefined) fail('code_unknown')
  if (row.redeemed_at !== null) fail('code_used')
  if (row.disabled_at !== null) fail('code_disabled')
  return fail(row.is_waiting ? 'code_waiting' : 'code_expired')
}

/** Pays out a code that was claimed, once however often it is asked for. Returns the transfer. */
export async function payCode(parts: RedeemParts, claimed: ClaimedCode): Promise<string> {
  const transferId = await bookCode(parts, claimed)
  await parts.database.query(sql`
    update redeem_code set transfer_id = ${transferId}::uuid where hash = ${Buffer.from(claimed.hash, 'hex')} and transfer_id is null`)
  return transferId
}

async function bookCode({ desk, ledger }: RedeemParts, { hash, accountId, amount, kind }: ClaimedCode): Promise<string> {
  if (kind === 'deposit') {
    const { payment } = await desk.settle({ rail: 'code', externalId: hash, accountId, amount })
    if (payment.transferId === undefined) throw new TypeError('a settled payment has no transfer')
    return payment.transferId
  }
  const { transferId } = await ledger.credit({ accountId, amount, kind, sourceKey: `promotion:code:${hash}`, reason: 'redeem code' })
  return transferId
}

const PATIENCE_MS = 60_000

/**
 * Pays out what was claimed and left unpaid by a crash, some of it in no order; `now` in milliseconds. Returns how many; those that cannot be paid
 * out hold up no other, however many they are, and a failure is thrown at the end.
 */
export async function payLeftCodes(parts: RedeemParts, now: number): Promise<number> {
  const rows = await parts.database.query<ClaimedCode>(sql`
    select encode(hash, 'hex') as hash, redeemed_by as "accountId", amount, kind
    from redeem_code join redeem_batch on redeem_batch.id = batch_id
    where redeemed_at < ${new Date(now - PATIENCE_MS)} and transfer_id is null and redeemed_by is not null
    order by random() limit 100`)
  await doEach(rows, (claimed) => payCode(parts, claimed))
  return rows.length
}
