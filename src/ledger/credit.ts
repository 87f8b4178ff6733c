import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'
import type { Books } from './books.ts'
import { repayDebt } from './debt.ts'
import { sealAsked } from './reason.ts'
import { addAvailable, assertAmount, balanceOf, findRepeat, HOUSE, lockAccount, postTransfer, type Transferred } from './transfers.ts'

/** Credit for an account: `manual` and `deposit` are paid for outside, `promotion` is a gift. The same `sourceKey` credits once. */
export type Credit = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly kind: 'manual' | 'promotion' | 'deposit'
  readonly sourceKey: string
  readonly reason: string
}

/** Money that a payment rail has: `externalKey` is what the rail knows it by, which may be kept for good, such as a keyed hash. */
export type Deposit = { readonly accountId: string; readonly amount: NanoUsd; readonly rail: string; readonly externalKey: string }

/** Credits what a payment rail has, once for each of its payments. Fails with amount_invalid, account_unknown, idempotency_conflict. */
export const deposit = (books: Books, { accountId, amount, rail, externalKey }: Deposit): Promise<Transferred> =>
  credit(books, { accountId, amount, kind: 'deposit', sourceKey: `${rail}:${externalKey}`, reason: rail })

/**
 * Credits an account once for each source key, by one transfer and its balance in one transaction; what the account owes is paid back from
 * it first. Fails with amount_invalid, account_unknown, and idempotency_conflict when the key was used for something else.
 */
export async function credit({ database, ids, subjects }: Books, input: Credit): Promise<Transferred> {
  const { accountId, amount, kind, sourceKey, reason } = input
  assertAmount(amount)
  if ((await balanceOf(database, accountId)) === undefined) fail('account_unknown')
  const { inputHash, reasonFor, erased } = await sealAsked(subjects, { accountId, input: [accountId, amount, kind], reason })
  // Who repeats does not wait for the account.
  const before = await findRepeat(database, sourceKey, { inputHash, erased, kind, amount })
  if (before !== undefined) return before
  const id = ids.uuid()
  const reasonSealed = await reasonFor(id)
  return await database.transaction(async (tx) => {
    await lockAccount(tx, accountId)
    const known = await findRepeat(tx, sourceKey, { inputHash, erased, kind, amount })
    if (known !== undefined) return known
    const debit = kind === 'promotion' ? HOUSE.promotions : HOUSE.deposits
    const made = await postTransfer(tx, { id, debit, credit: accountId, amount, kind, sourceKey, inputHash, reasonSealed })
    await addAvailable(tx, accountId, amount)
    await repayDebt({ tx, ids }, { accountId, causedBy: id })
    return made
  })
}
