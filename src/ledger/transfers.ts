import { createHash } from 'node:crypto'
import { type Database, isDatabaseError, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { Ids, NanoUsd } from '../lib/index.ts'

/** The house's ledger accounts; fixed, so that every installation reads the same. */
export const HOUSE = {
  revenue: '00000000-0000-0000-0000-000000000001',
  upstreamCost: '00000000-0000-0000-0000-000000000002',
  shortfall: '00000000-0000-0000-0000-000000000003',
  promotions: '00000000-0000-0000-0000-000000000004',
  deposits: '00000000-0000-0000-0000-000000000005',
  refunds: '00000000-0000-0000-0000-000000000006',
  debt: '00000000-0000-0000-0000-000000000007',
} as const

/** Credit for an account: `manual` is paid for outside, `promotion` is a gift. The same `sourceKey` credits once. */
export type Credit = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly kind: 'manual' | 'promotion'
  readonly sourceKey: string
  readonly reason: string
}

/** Opens an account's books; does nothing when they are open. */
export async function openAccount(database: Database, accountId: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(sql`insert into ledger_account (id, kind) values (${accountId}, 'customer') on conflict do nothing`)
    await tx.query(sql`insert into balance (account_id) values (${accountId}) on conflict do nothing`)
  })
}

/**
 * Credits an account once for each source key, by one transfer and its balance in one transaction.
 * Fails with account_unknown, and with idempotency_conflict when the key was used for something else.
 */
export async function credit(database: Database, ids: Ids, input: Credit): Promise<{ readonly transferId: string }> {
  const { accountId, amount, kind, sourceKey, reason } = input
  const inputHash = createHash('sha256')
    .update(JSON.stringify([accountId, amount.toString(), kind, reason]))
    .digest()
  const source = kind === 'promotion' ? HOUSE.promotions : HOUSE.deposits
  return await database.transaction(async (tx) => {
    const [made] = await tx.query<{ id: string }>(sql`
      insert into transfer (id, debit_account, credit_account, amount, kind, source_key, input_hash, reason)
      select ${ids.uuid()}::uuid, ${source}::uuid, account_id, ${amount}::bigint, ${kind}, ${sourceKey}, ${inputHash}, ${reason}
      from balance where account_id = ${accountId}::uuid
      on conflict (source_key) do nothing returning id`)
    if (made === undefined) return await replay(tx, input, inputHash)
    await addAvailable(tx, accountId, amount)
    return { transferId: made.id }
  })
}

async function replay(tx: Database, input: Credit, inputHash: Buffer): Promise<{ readonly transferId: string }> {
  const [known] = await tx.query<{ id: string; input_hash: Buffer }>(sql`
    select id, input_hash from transfer where source_key = ${input.sourceKey}`)
  if (known === undefined) fail('account_unknown')
  if (!known.input_hash.equals(inputHash)) fail('idempotency_conflict')
  return { transferId: known.id }
}

async function addAvailable(tx: Database, accountId: string, amount: NanoUsd): Promise<void> {
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

/** What an account has; undefined for an unknown one. */
export async function balanceOf(database: Database, accountId: string): Promise<Balance | undefined> {
  const [row] = await database.query<Balance>(sql`select available, held from balance where account_id = ${accountId}::uuid`)
  return row
}

/** Free to be held, and set aside in slices. */
export type Balance = { readonly available: NanoUsd; readonly held: NanoUsd }
