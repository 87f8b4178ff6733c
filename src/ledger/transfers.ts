import { createHash } from 'node:crypto'
import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { type Ids, NANO_USD_MAX, type NanoUsd } from '../lib/index.ts'
import type { TransferKind } from '../spec/index.ts'

/** The house's ledger accounts; fixed, so that every installation reads the same. */
export const HOUSE = {
  revenue: '00000000-0000-0000-0000-000000000001',
  upstreamCost: '00000000-0000-0000-0000-000000000002',
  shortfall: '00000000-0000-0000-0000-000000000003',
  promotions: '00000000-0000-0000-0000-000000000004',
  deposits: '00000000-0000-0000-0000-000000000005',
  refunds: '00000000-0000-0000-0000-000000000006',
  debt: '00000000-0000-0000-0000-000000000007',
  upstreamPayable: '00000000-0000-0000-0000-000000000008',
  chargebacks: '00000000-0000-0000-0000-000000000009',
} as const

/** Free to be held, and set aside in slices. */
export type Balance = { readonly available: NanoUsd; readonly held: NanoUsd }

/** A movement to be written; `inputHash` tells what was asked for, so that the same `sourceKey` for something else is noticed. */
export type NewTransfer = {
  readonly id: string
  readonly debit: string
  readonly credit: string
  readonly amount: NanoUsd
  readonly kind: TransferKind
  readonly sourceKey: string
  readonly inputHash: Buffer
  readonly reasonSealed?: Buffer | undefined
  readonly reverses?: string
  /** The purchase of which this returns money. */
  readonly returns?: string
}

/** A transfer that was asked for: written now, or before under the same source key. */
export type Transferred = { readonly transferId: string }

/** SHA-256 of what was asked for; for input without a word of a person. */
export const hashInput = (input: readonly (string | bigint | undefined)[]): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(input.map((part) => (part === undefined ? null : String(part)))))
    .digest()

/** Opens an account's books; does nothing when they are open. */
export async function openAccount(database: Database, accountId: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(sql`insert into ledger_account (id, kind) values (${accountId}, 'customer') on conflict do nothing`)
    await tx.query(sql`insert into balance (account_id) values (${accountId}) on conflict do nothing`)
  })
}

/** What an account has; undefined for an unknown one. */
export async function balanceOf(database: Database, accountId: string): Promise<Balance | undefined> {
  const [row] = await database.query<Balance>(sql`select available, held from balance where account_id = ${accountId}::uuid`)
  return row
}

/** Fails with amount_invalid for anything but a positive amount that fits the books. */
export function assertAmount(amount: NanoUsd): void {
  if (amount <= 0n || amount > NANO_USD_MAX) fail('amount_invalid', { field: 'amount' })
}

/** Keeps everybody else from an account's balance until the transaction ends. Fails with account_unknown. */
export async function lockAccount(tx: Database, accountId: string): Promise<Balance> {
  const [row] = await tx.query<Balance>(sql`
    select available, held from balance where account_id = ${accountId}::uuid for no key update`)
  return row ?? fail('account_unknown')
}

/** What is asked for again, perhaps: its hash, and of whom, where the account was erased so that a hash of before cannot be made any more. */
export type AskedBefore = Pick<NewTransfer, 'inputHash' | 'kind'> & { readonly erased: string | undefined; readonly amount?: NanoUsd }

type Known = {
  readonly id: string
  readonly input_hash: Buffer
  readonly debit_account: string
  readonly credit_account: string
  readonly amount: NanoUsd
  readonly kind: TransferKind
}

/**
 * The transfer that was made for this source key; undefined before the first time. Of an account that was erased since, account, kind and
 * amount are all that can be compared. Fails with idempotency_conflict.
 */
export async function findRepeat(tx: Database, sourceKey: string, asked: AskedBefore): Promise<Transferred | undefined> {
  const [known] = await tx.query<Known>(sql`
    select id, input_hash, debit_account, credit_account, amount, kind from transfer where source_key = ${sourceKey}`)
  if (known === undefined) return undefined
  if (!known.input_hash.equals(asked.inputHash) && !isOfErased(known, asked)) fail('idempotency_conflict')
  return { transferId: known.id }
}

function isOfErased(known: Known, { erased, kind, amount = known.amount }: AskedBefore): boolean {
  if (erased === undefined || known.kind !== kind || known.amount !== amount) return false
  return known.debit_account === erased || known.credit_account === erased
}

/** Writes a movement; balances are the caller's. Fails with idempotency_conflict when another account's has the source key. */
export async function postTransfer(tx: Database, { id, debit, credit, amount, ...about }: NewTransfer): Promise<Transferred> {
  const { kind, sourceKey, inputHash, reasonSealed, reverses, returns } = about
  const [made] = await tx.query(sql`
    insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash, reason_sealed, reverses, returns)
    values (${id}::uuid, ${debit}::uuid, ${credit}::uuid, ${amount}::bigint, ${kind}, ${sourceKey}, ${inputHash}, ${reasonSealed ?? null},
      ${reverses ?? null}::uuid, ${returns ?? null}::uuid)
    on conflict (source_key) do nothing returning id`)
  if (made === undefined) fail('idempotency_conflict')
  return { transferId: id }
}

/** Adds to what an account has available. Fails with amount_invalid when the account cannot hold so much. */
export async function addAvailable(tx: Database, accountId: string, amount: NanoUsd): Promise<void> {
  try {
    await tx.query(sql`
      update balance set available = available + ${amount}::bigint
      where account_id = ${accountId}::uuid and available + held + ${amount}::bigint > 0`)
  } catch (thrown) {
    // 22003: the sum of what is free and what is held does not fit, so that giving back could fail; nothing is written.
    if (isDatabaseError(thrown, '22003')) fail('amount_invalid', { field: 'amount' })
    throw thrown
  }
}

/** Takes from what an account has available; the table refuses to go below zero. */
export async function takeAvailable(tx: Database, accountId: string, amount: NanoUsd): Promise<void> {
  await tx.query(sql`update balance set available = available - ${amount}::bigint where account_id = ${accountId}::uuid`)
}

/** What moves money works with: a transaction, and where ids come from. */
export type Moving = { readonly tx: Database; readonly ids: Ids }
