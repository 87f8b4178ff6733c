import { type Database, sql } from '../db/index.ts'
import type { Ids, NanoUsd } from '../lib/index.ts'
import { addAvailable, hashInput, lockAccount, type Moving, postTransfer, takeAvailable } from './transfers.ts'

/** Accounts looked after in one go of `collectDebts`. */
const COLLECTED_MAX = 100

/** Money that an account owes: of which account, and the transfer (or id of a job) that it comes with. */
export type Lending = { readonly accountId: string; readonly amount: NanoUsd; readonly causedBy: string }

/** Lends a locked account what it lacks, so that what has to be taken can be taken: from its debt to its balance. */
export async function lend({ tx, ids }: Moving, { accountId, amount, causedBy }: Lending): Promise<void> {
  const debt = await openDebt({ tx, ids }, accountId)
  await postTransfer(tx, {
    ...{ id: ids.uuid(), debit: debt, credit: accountId, amount, kind: 'debt', sourceKey: `debt:${causedBy}` },
    inputHash: hashInput([accountId, amount, causedBy]),
  })
  await addAvailable(tx, accountId, amount)
  await tx.query(sql`update account_debt set amount = amount + ${amount}::bigint where account_id = ${accountId}::uuid`)
}

/** Pays back what a locked account owes, as far as it has money available. Returns how much that was. */
export async function repayDebt({ tx, ids }: Moving, { accountId, causedBy }: Omit<Lending, 'amount'>): Promise<NanoUsd> {
  const [owed] = await tx.query<{ ledger_account_id: string; amount: NanoUsd }>(sql`
    select ledger_account_id, least(amount, available) as amount from account_debt join balance using (account_id)
    where account_id = ${accountId}::uuid and least(amount, available) > 0`)
  if (owed === undefined) return 0n
  const { amount } = owed
  await postTransfer(tx, {
    ...{ id: ids.uuid(), debit: accountId, credit: owed.ledger_account_id, amount, kind: 'repayment', sourceKey: `repayment:${causedBy}` },
    inputHash: hashInput([accountId, amount, causedBy]),
  })
  await takeAvailable(tx, accountId, amount)
  await tx.query(sql`update account_debt set amount = amount - ${amount}::bigint where account_id = ${accountId}::uuid`)
  return amount
}

/** Pays back debts from money that came back to accounts by itself, as from a slice. Returns how many accounts paid. */
export async function collectDebts(database: Database, ids: Ids): Promise<number> {
  const rows = await database.query<{ account_id: string }>(sql`
    select account_id from account_debt join balance using (account_id)
    where amount > 0 and available > 0 order by account_id limit ${COLLECTED_MAX}`)
  let paid = 0
  for (const { account_id: accountId } of rows) {
    const amount = await database.transaction(async (tx) => {
      await lockAccount(tx, accountId)
      return await repayDebt({ tx, ids }, { accountId, causedBy: ids.uuid() })
    })
    if (amount > 0n) paid += 1
  }
  return paid
}

/** What an account owes. */
export async function debtOf(database: Database, accountId: string): Promise<NanoUsd> {
  const [row] = await database.query<{ amount: NanoUsd }>(sql`select amount from account_debt where account_id = ${accountId}::uuid`)
  return row?.amount ?? 0n
}

/** The ledger account of a locked account's debt, made with the first. */
async function openDebt({ tx, ids }: Moving, accountId: string): Promise<string> {
  const known = await findDebt(tx, accountId)
  if (known !== undefined) return known
  const id = ids.uuid()
  await tx.query(sql`insert into ledger_account (id, kind) values (${id}::uuid, 'debt')`)
  await tx.query(sql`insert into account_debt (account_id, ledger_account_id) values (${accountId}::uuid, ${id}::uuid)`)
  return id
}

async function findDebt(tx: Database, accountId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ ledger_account_id: string }>(sql`
    select ledger_account_id from account_debt where account_id = ${accountId}::uuid`)
  return row?.ledger_account_id
}
