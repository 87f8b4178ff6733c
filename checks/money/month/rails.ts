import { type Database, sql } from '../../../src/db/index.ts'
import { HOUSE } from '../../../src/ledger/index.ts'

/** Something that a payment rail says has happened: money that came in (above zero) or went out, for an account. */
export type Evidence = { readonly sourceKey: string; readonly accountId: string; readonly amount: bigint }

/**
 * A way that money comes in or goes out: what the rail itself says, the kinds of transfers that answer it, what their source keys begin
 * with, and the house's accounts they clear against. `isSummed` where the rail speaks of what an account has in all and not of single
 * transfers; then `sourceKey` of its evidence is the prefix.
 */
export type Rail = {
  readonly name: string
  readonly kinds: readonly string[]
  readonly prefix: string
  readonly clearing: readonly string[]
  readonly isSummed?: boolean
  readonly evidence: () => readonly Evidence[]
}

/** Rails without a processor: the operator's own records of credit that was paid for elsewhere, and of gifts. */
export const manualRails = (given: { readonly manual: readonly Evidence[]; readonly promotion: readonly Evidence[] }): readonly Rail[] => [
  { name: 'manual credits', kinds: ['manual'], prefix: '', clearing: [HOUSE.deposits], evidence: () => given.manual },
  { name: 'promotions', kinds: ['promotion'], prefix: '', clearing: [HOUSE.promotions], evidence: () => given.promotion },
]

/** One movement of the journal. */
export type Movement = {
  readonly kind: string
  readonly source_key: string
  readonly debit_account: string
  readonly credit_account: string
  readonly amount: bigint
}

/** Every movement of the journal; the opposite of another one goes by the source key of that. */
export const readJournal = (database: Database): Promise<readonly Movement[]> =>
  database.query<Movement>(sql`
    select transfer.kind, coalesce(original.source_key, transfer.source_key) as source_key, transfer.debit_account, transfer.credit_account,
      transfer.amount
    from transfer left join transfer original on original.id = transfer.reverses`)

/** Whether a movement is one that a rail has to explain. */
export const isOf = ({ kinds, prefix }: Rail, { kind, source_key }: Movement): boolean =>
  kinds.includes(kind) && source_key.startsWith(prefix)

/** What a rail and the journal do not agree on: money that the journal lacks, that it has too much, or that went elsewhere. */
export type Difference = { readonly rail: string; readonly sourceKey: string; readonly nano: bigint }

/** Compares a rail with the journal, both ways: the sums of each source key and account, whatever moved between them and the house. */
export function reconcile(rail: Rail, journal: readonly Movement[]): readonly Difference[] {
  const apart = new Map<string, bigint>()
  const add = (sourceKey: string, accountId: string, nano: bigint): void => {
    const name = `${rail.isSummed === true ? rail.prefix : sourceKey} of ${accountId}`
    apart.set(name, (apart.get(name) ?? 0n) + nano)
  }
  for (const { sourceKey, accountId, amount } of rail.evidence()) add(sourceKey, accountId, -amount)
  for (const { source_key, debit_account, credit_account, amount } of journal.filter((movement) => isOf(rail, movement))) {
    const isIn = rail.clearing.includes(debit_account)
    // What clears against another account of the house differs by all of it, and is the opposite of no evidence.
    if (!isIn && !rail.clearing.includes(credit_account)) add(`${source_key} elsewhere`, debit_account, amount)
    else add(source_key, isIn ? credit_account : debit_account, isIn ? amount : -amount)
  }
  return [...apart].filter(([, nano]) => nano !== 0n).map(([sourceKey, nano]) => ({ rail: rail.name, sourceKey, nano }))
}
