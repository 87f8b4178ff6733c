import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { formatUsd, type NanoUsd } from '../lib/index.ts'
import type { Books } from './books.ts'
import { debtOf, lend } from './debt.ts'
import { sealAsked } from './reason.ts'
import {
  assertAmount,
  balanceOf,
  findRepeat,
  HOUSE,
  lockAccount,
  type Moving,
  type NewTransfer,
  postTransfer,
  type Transferred,
  takeAvailable,
} from './transfers.ts'

/** What is taken from an account, by hand or for what it buys; the same `sourceKey` takes once. */
export type Withdrawal = { readonly accountId: string; readonly amount: NanoUsd; readonly sourceKey: string; readonly reason: string }

/** What to do when an account has less available than is to be taken: refuse it, or lend the account what it lacks. */
export type OnLack = 'refuse' | 'debt'

/** Money that goes back to its owner; `onLack` is `debt` where it is there already, whatever the balance says, and `refuse` where it is left out. */
export type Refunding = Withdrawal & { readonly onLack?: OnLack }

/** The price of what is bought; an account that lacks some of it is lent that where it owes `owedMax` nano-USD at most then, in all. */
export type Purchasing = Withdrawal & { readonly owedMax?: NanoUsd | undefined }

/**
 * Gives an account's money back to its owner, from what is available, and the rest as a debt where it is to be owed. Fails with amount_invalid,
 * account_unknown, account_frozen, balance_insufficient, idempotency_conflict.
 */
export const refund = (books: Books, { onLack = 'refuse', ...input }: Refunding): Promise<Transferred> =>
  withdraw(books, { ...input, kind: 'refund', onLack })

/**
 * Takes what a payer had taken back by their bank: what is available, and the rest as a debt that later credits pay first. Fails with
 * amount_invalid, account_unknown, idempotency_conflict.
 */
export const chargeBack = (books: Books, input: Withdrawal): Promise<Transferred> =>
  withdraw(books, { ...input, kind: 'chargeback', onLack: 'debt' })

/**
 * Takes the price of what an account buys, from what is available, and as a debt what it may owe. Fails with amount_invalid, account_unknown,
 * account_frozen, balance_insufficient, idempotency_conflict.
 */
export const purchase = (books: Books, input: Purchasing): Promise<Transferred> =>
  withdraw(books, { ...input, kind: 'purchase', onLack: 'refuse' })

/**
 * Takes back what is left of a gift whose time is over, from what is available alone. Fails with amount_invalid, account_unknown, account_frozen,
 * balance_insufficient, idempotency_conflict.
 */
export const expire = (books: Books, input: Withdrawal): Promise<Transferred> =>
  withdraw(books, { ...input, kind: 'expiry', onLack: 'refuse' })

/**
 * Takes a gift back with the payment that it came with: what is available, and the rest as a debt where it is to be owed. Fails with amount_invalid,
 * account_unknown, account_frozen, balance_insufficient, idempotency_conflict.
 */
export const takeGift = (books: Books, input: Withdrawal & { readonly onLack: OnLack }): Promise<Transferred> =>
  withdraw(books, { ...input, kind: 'gift_return' })

type Kind = Pick<Purchasing, 'owedMax'> & { readonly kind: keyof typeof TAKERS; readonly onLack: OnLack }

/** Where each kind of withdrawal goes. */
const TAKERS = {
  ...{ refund: HOUSE.refunds, chargeback: HOUSE.chargebacks, purchase: HOUSE.revenue },
  ...{ expiry: HOUSE.promotions, gift_return: HOUSE.promotions },
} as const

async function withdraw({ database, ids, subjects }: Books, input: Withdrawal & Kind): Promise<Transferred> {
  const { accountId, amount, kind, sourceKey, reason, onLack, owedMax } = input
  assertAmount(amount)
  if ((await balanceOf(database, accountId)) === undefined) fail('account_unknown')
  const { inputHash, reasonFor, erased } = await sealAsked(subjects, { accountId, input: [accountId, amount, kind], reason })
  const id = ids.uuid()
  const reasonSealed = await reasonFor(id)
  const credit = TAKERS[kind]
  return await database.transaction(async (tx) => {
    const { available } = await lockAccount(tx, accountId)
    const known = await findRepeat(tx, sourceKey, { inputHash, erased, kind, amount })
    if (known !== undefined) return known
    if (onLack === 'refuse') await refuseFrozen(tx, accountId)
    const transfer = { id, debit: accountId, credit, amount, kind, sourceKey, inputHash, reasonSealed }
    return await takeFrom({ tx, ids }, { transfer, available, onLack, owedMax })
  })
}

/** Nothing is paid out, or bought, on books that do not agree. */
async function refuseFrozen(tx: Database, accountId: string): Promise<void> {
  if ((await tx.query(sql`select from account_freeze where account_id = ${accountId}::uuid`)).length > 0) fail('account_frozen')
}

/** A movement out of a locked account that has so much available. */
export type Taking = Pick<Purchasing, 'owedMax'> & { readonly transfer: NewTransfer; readonly available: NanoUsd; readonly onLack: OnLack }

/** Writes a movement out of a locked account. Fails with balance_insufficient when it lacks money and is not to be lent it. */
export async function takeFrom({ tx, ids }: Moving, { transfer, available, onLack, owedMax = 0n }: Taking): Promise<Transferred> {
  const { debit: accountId, amount } = transfer
  const lacking = amount - available
  if (lacking > 0n) {
    const isLent = onLack === 'debt' || (await debtOf(tx, accountId)) + lacking <= owedMax
    if (!isLent) fail('balance_insufficient', { available: formatUsd(available) })
    await lend({ tx, ids }, { accountId, amount: lacking, causedBy: transfer.id })
  }
  const made = await postTransfer(tx, transfer)
  await takeAvailable(tx, accountId, amount)
  return made
}
