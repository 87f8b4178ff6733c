import { type Database, sql } from '../../../src/db/index.ts'
import { HOUSE } from '../../../src/ledger/index.ts'

/** Something that a payment rail says has happened: money that came in (above zero) or went out, for an account. */
export type Evidence = { readonly sourceKey: string; readonly accountId: string; readonly amount: bigint }

/**
 * A way that money comes in or goes out: what the rail itself says, the kinds of transfers that answer it, and the house's account they
 * clear against. Payments by card or coin, refunds and chargebacks each get one of these; nothing else here has to change for them.
 */
export type Rail = {
  readonly name: string
  readonly kinds: readonly string[]
  readonly clearing: string
  readonly evidence: () => readonly Evidence[]
}

/** Rails without a processor: the operator's own records of credit that was paid for elsewhere, and of gifts. */
export const manualRails = (given: { readonly manual: readonly Evidence[]; readonly promotion: readonly Evidence[] }): readonly Rail[] => [
  { name: 'manual credits', kinds: ['manual'], clearing: HOUSE.deposits, evidence: () => given.manual },
  { name: 'promotions', kinds: ['promotion'], clearing: HOUSE.promotions, evidence: () => given.promotion },
]

/** One movement of the journal. */
export type Movement = {
  readonly kind: string
  readonly source_key: string
  readonly debit_account: string
  readonly credit_account: string
  readonly amount: bigint
}

/** Every movement of the journal. */
export const readJournal = (database: Database): Promise<readonly Movement[]> =>
  database.query<Movement>(sql`select kind, source_key, debit_account, credit_account, amount from transfer`)

/** What a rail and the journal do not agree on: money that the journal lacks, that it has too much, or that went elsewhere. */
export type Difference = { readonly rail: string; readonly sourceKey: string; readonly nano: bigint }

/** Compares a rail with the journal, both ways. */
export function reconcile(rail: Rail, journal: readonly Movement[]): readonly Difference[] {
  const booked = new Map(journal.filter(({ kind }) => rail.kinds.includes(kind)).map((movement) => [movement.source_key, movement]))
  const differences: Difference[] = []
  const differ = (sourceKey: string, nano: bigint): void => {
    if (nano !== 0n) differences.push({ rail: rail.name, sourceKey, nano })
  }
  for (const { sourceKey, accountId, amount } of rail.evidence()) {
    const movement = booked.get(sourceKey)
    booked.delete(sourceKey)
    if (movement === undefined) differ(sourceKey, -amount)
    else differ(sourceKey, isFor(movement, { rail, accountId, amount }) ? signed(movement, rail) - amount : amount)
  }
  for (const [sourceKey, movement] of booked) differ(sourceKey, signed(movement, rail))
  return differences
}

type Wanted = { readonly rail: Rail; readonly accountId: string; readonly amount: bigint }

/** Whether a movement goes between the rail's clearing account and the right customer, in the right direction. */
function isFor({ debit_account, credit_account }: Movement, { rail, accountId, amount }: Wanted): boolean {
  const [from, to] = amount > 0n ? [rail.clearing, accountId] : [accountId, rail.clearing]
  return debit_account === from && credit_account === to
}

const signed = (movement: Movement, rail: Rail): bigint => (movement.debit_account === rail.clearing ? movement.amount : -movement.amount)
