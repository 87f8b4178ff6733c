import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import type { TransferKind } from '../spec/index.ts'
import type { Books } from './books.ts'
import { repayDebt } from './debt.ts'
import { sealAsked } from './reason.ts'
import { addAvailable, findRepeat, lockAccount, postTransfer, type Transferred } from './transfers.ts'
import { type OnLack, takeFrom } from './withdraw.ts'

/** The transfer to undo, and what to do when its account has less available by now than it gave. */
export type Reversal = { readonly transferId: string; readonly onLack: OnLack; readonly sourceKey: string; readonly reason: string }

/** Kinds that can be undone, and on which side of them their customer stands. */
const SIDES: Partial<Record<TransferKind, 'debit' | 'credit'>> = {
  manual: 'credit',
  promotion: 'credit',
  deposit: 'credit',
  refund: 'debit',
  chargeback: 'debit',
  gift_return: 'debit',
}

type Original = { readonly kind: TransferKind; readonly debit_account: string; readonly credit_account: string; readonly amount: NanoUsd }

/**
 * Writes the exact opposite of a transfer, once. Fails with transfer_unknown, transfer_not_reversible, transfer_reversed,
 * balance_insufficient, idempotency_conflict.
 */
export async function reverse({ database, ids, subjects }: Books, input: Reversal): Promise<Transferred & { readonly accountId: string }> {
  const { transferId: reverses, onLack, sourceKey, reason } = input
  const original = await findOriginal(database, reverses)
  const side = SIDES[original.kind] ?? fail('transfer_not_reversible')
  const accountId = side === 'credit' ? original.credit_account : original.debit_account
  const { inputHash, reasonFor, erased } = await sealAsked(subjects, { accountId, input: [reverses, 'reversal', onLack], reason })
  const id = ids.uuid()
  const reasonSealed = await reasonFor(id)
  return await database.transaction(async (tx) => {
    const { available } = await lockAccount(tx, accountId)
    const known = await findRepeat(tx, sourceKey, { inputHash, erased, kind: 'reversal' })
    if (known !== undefined) return { ...known, accountId }
    if ((await tx.query(sql`select from transfer where reverses = ${reverses}::uuid`)).length > 0) fail('transfer_reversed')
    const { debit_account: credit, credit_account: debit, amount } = original
    const transfer = { id, debit, credit, amount, kind: 'reversal', sourceKey, inputHash, reasonSealed, reverses } as const
    if (side === 'credit') return { ...(await takeFrom({ tx, ids }, { transfer, available, onLack })), accountId }
    const made = await postTransfer(tx, transfer)
    await addAvailable(tx, accountId, amount)
    await repayDebt({ tx, ids }, { accountId, causedBy: transfer.id })
    return { ...made, accountId }
  })
}

async function findOriginal(database: Database, transferId: string): Promise<Original> {
  if (!isUuid(transferId)) fail('transfer_unknown')
  const [row] = await database.query<Original>(sql`
    select kind, debit_account, credit_account, amount from transfer where id = ${transferId}::uuid`)
  return row ?? fail('transfer_unknown')
}
