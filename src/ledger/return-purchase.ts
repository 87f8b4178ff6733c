import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import type { Books } from './books.ts'
import { repayDebt } from './debt.ts'
import { sealAsked } from './reason.ts'
import { addAvailable, assertAmount, findRepeat, HOUSE, lockAccount, postTransfer, type Transferred } from './transfers.ts'

/** A part of a purchase, or all of it, that goes back to the balance; the same `sourceKey` returns once. */
export type PurchaseReturn = { readonly transferId: string; readonly amount: NanoUsd; readonly sourceKey: string; readonly reason: string }

type Bought = { readonly account_id: string; readonly amount: NanoUsd }

/**
 * Returns money of a purchase to the balance it came from; all returns of one purchase are at most its price. Fails with amount_invalid,
 * transfer_unknown, return_exceeds_purchase, idempotency_conflict.
 */
export async function returnPurchase({ database, ids, subjects }: Books, input: PurchaseReturn): Promise<Transferred> {
  const { transferId: returns, amount, sourceKey, reason } = input
  assertAmount(amount)
  const { account_id: accountId, amount: price } = await findPurchase(database, returns)
  const { inputHash, reasonFor, erased } = await sealAsked(subjects, { accountId, input: [returns, 'purchase_return', amount], reason })
  const id = ids.uuid()
  const reasonSealed = await reasonFor(id)
  return await database.transaction(async (tx) => {
    await lockAccount(tx, accountId)
    const known = await findRepeat(tx, sourceKey, { inputHash, erased, kind: 'purchase_return', amount })
    if (known !== undefined) return known
    if ((await returnedOf(tx, returns)) + amount > price) fail('return_exceeds_purchase')
    const transfer = { id, debit: HOUSE.revenue, credit: accountId, amount, kind: 'purchase_return', sourceKey, inputHash } as const
    const made = await postTransfer(tx, { ...transfer, reasonSealed, returns })
    await addAvailable(tx, accountId, amount)
    await repayDebt({ tx, ids }, { accountId, causedBy: id })
    return made
  })
}

async function findPurchase(database: Database, transferId: string): Promise<Bought> {
  if (!isUuid(transferId)) fail('transfer_unknown')
  const [row] = await database.query<Bought>(sql`
    select debit_account as account_id, amount from transfer where id = ${transferId}::uuid and kind = 'purchase'`)
  return row ?? fail('transfer_unknown')
}

/** What was returned of a purchase so far, in nano-USD. */
async function returnedOf(tx: Database, transferId: string): Promise<NanoUsd> {
  const [row] = await tx.query<{ returned: NanoUsd }>(sql`
    select coalesce(sum(amount), 0)::bigint as returned from transfer where returns = ${transferId}::uuid`)
  return row?.returned ?? 0n
}
