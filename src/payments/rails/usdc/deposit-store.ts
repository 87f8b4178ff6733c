import { type Database, type Sql, sql } from '../../../db/index.ts'
import type { NanoUsd } from '../../../lib/index.ts'
import type { Deposit, DepositState, ProblemCode, WaitingState } from './deposit-record.ts'

type Row = {
  readonly tag: Buffer
  readonly tx_tag: Buffer
  readonly chain_id: bigint
  readonly account_id: string | null
  readonly block_number: bigint
  readonly amount: NanoUsd | null
  readonly state: DepositState
  readonly problem: ProblemCode | null
  readonly is_done: boolean
  readonly times: number
  readonly external_id: string
}

const COLUMNS = sql`tag, tx_tag, chain_id, account_id, block_number, amount, state, problem, is_done, times, external_id`

const depositOf = (row: Row): Deposit => ({
  ...{ tag: row.tag, txTag: row.tx_tag, chainId: Number(row.chain_id), accountId: row.account_id ?? undefined },
  ...{ blockNumber: Number(row.block_number), amount: row.amount ?? undefined, state: row.state, isDone: row.is_done },
  ...{ problem: row.problem ?? undefined, times: row.times, externalId: row.external_id },
})

const select = async (database: Database, where: Sql): Promise<readonly Deposit[]> =>
  (await database.query<Row>(sql`select ${COLUMNS} from usdc_deposit where ${where}`)).map(depositOf)

/** All that is kept of the transfers of some transactions, in their order. */
export const findByTx = (database: Database, txTags: readonly Buffer[]): Promise<readonly Deposit[]> =>
  select(database, sql`tx_tag = any(${txTags}::bytea[]) order by block_number, tag`)

/** Some of those whose state and books are apart, as a crash leaves them, in no order: what cannot be booked yet stands before nobody. */
export const findUndone = (database: Database, chainId: number): Promise<readonly Deposit[]> =>
  select(database, sql`chain_id = ${chainId} and not is_done and state <> 'pending' order by random() limit 500`)

/** Some of those credited early in blocks up to `last`, in no order. */
export const findEarly = (database: Database, chainId: number, last: number): Promise<readonly Deposit[]> =>
  select(database, sql`chain_id = ${chainId} and state = 'early' and block_number <= ${last} order by random() limit 500`)

/** What an account had credited early, and is not final; nano-USD. */
export async function sumEarly(database: Database, accountId: string): Promise<NanoUsd> {
  const [row] = await database.query<{ sum: bigint }>(sql`
    select coalesce(sum(amount), 0)::bigint as sum from usdc_deposit where account_id = ${accountId}::uuid and state = 'early'`)
  return row?.sum ?? 0n
}

/** A deposit to be written; `originSealed` undefined where there is nobody to seal it for. */
export type NewDeposit = Deposit & { readonly originSealed: Buffer | undefined; readonly now: number }

/** Writes a deposit; one that is there as pending takes the new state and place, any other stays as it is. Resolves with what is there now. */
export async function writeDeposit(database: Database, deposit: NewDeposit): Promise<Deposit> {
  const { tag, txTag, accountId, amount } = deposit
  await database.query(sql`
    insert into usdc_deposit (tag, tx_tag, chain_id, account_id, block_number, amount, state, problem, is_done, times, external_id,
      origin_sealed, seen_at)
    values (${tag}, ${txTag}, ${deposit.chainId}, ${accountId ?? null}::uuid, ${deposit.blockNumber}, ${amount ?? null}::bigint,
      ${deposit.state}, ${deposit.problem ?? null}, ${deposit.isDone}, ${deposit.times}, ${deposit.externalId},
      ${deposit.originSealed ?? null}, ${new Date(deposit.now)})
    on conflict (tag) do update set state = excluded.state, problem = excluded.problem, is_done = excluded.is_done,
      block_number = excluded.block_number, origin_sealed = coalesce(usdc_deposit.origin_sealed, excluded.origin_sealed)
    where usdc_deposit.state = 'pending'
      and (usdc_deposit.state, usdc_deposit.block_number) is distinct from (excluded.state, excluded.block_number)`)
  const [written] = await select(database, sql`tag = ${tag}`)
  return written ?? deposit
}

/** A step of a deposit from one state to another; `tag`, `blockNumber` and `externalId` where they change with it. */
export type Step = {
  readonly from: DepositState
  readonly to: DepositState
  readonly isDone: boolean
  readonly now: number
  readonly problem?: ProblemCode
  /** Whose it becomes, of what was nobody's. */
  readonly accountId?: string
  readonly tag?: Buffer
  readonly blockNumber?: number
  readonly times?: number
  readonly externalId?: string
  /** By what name the books took it back, of what came again. */
  readonly withdrawnId?: string
  readonly originSealed?: Buffer | undefined
}

/** Takes a step if the deposit is still where it begins; resolves whether it was. */
export async function takeStep(database: Database, deposit: Deposit, step: Step): Promise<boolean> {
  const settledAt = step.to === 'settled' || step.to === 'claimed' || step.to === 'withdrawn' ? new Date(step.now) : null
  const rows = await database.query(sql`
    update usdc_deposit set state = ${step.to}, problem = coalesce(${step.problem ?? null}::text, problem), is_done = ${step.isDone},
      settled_at = coalesce(${settledAt}::timestamptz, settled_at),
      account_id = coalesce(${step.accountId ?? null}::uuid, account_id), tag = ${step.tag ?? deposit.tag}, block_number = ${step.blockNumber ?? deposit.blockNumber}, times = ${step.times ?? deposit.times},
      external_id = ${step.externalId ?? deposit.externalId}, origin_sealed = coalesce(${step.originSealed ?? null}::bytea, origin_sealed),
      withdrawn_ids = withdrawn_ids || ${step.withdrawnId === undefined ? [] : [step.withdrawnId]}::text[]
    where tag = ${deposit.tag} and state = ${step.from} and is_done = ${deposit.isDone} returning 1`)
  return rows.length > 0
}

/** Forgets pending deposits of a chain that are in no block any more: all but those that were just seen. */
export async function forgetVanished(database: Database, chainId: number, seen: readonly Buffer[]): Promise<void> {
  await database.query(
    sql`delete from usdc_deposit where chain_id = ${chainId} and state = 'pending' and not (tag = any(${seen}::bytea[]))`,
  )
}

/** Deposits that are not settled, with when they were seen, newest first. */
export async function findWaiting(
  database: Database,
  limit: number,
): Promise<readonly (Deposit & { readonly state: WaitingState; readonly seenAt: Date })[]> {
  const rows = await database.query<Row & { state: WaitingState; seen_at: Date }>(sql`
    select ${COLUMNS}, seen_at from usdc_deposit
    where state in ('pending', 'early', 'unclaimed', 'problem') order by seen_at desc, tag limit ${limit}`)
  return rows.map((row) => ({ ...depositOf(row), state: row.state, seenAt: row.seen_at }))
}

/** The newest deposits of an account, with when they were seen and settled. */
export async function listDeposits(
  database: Database,
  accountId: string,
  limit: number,
): Promise<readonly (Deposit & { readonly seenAt: Date; readonly settledAt: Date | undefined })[]> {
  const rows = await database.query<Row & { seen_at: Date; settled_at: Date | null }>(sql`
    select ${COLUMNS}, seen_at, settled_at from usdc_deposit where account_id = ${accountId}::uuid order by seen_at desc, tag limit ${limit}`)
  return rows.map((row) => ({ ...depositOf(row), seenAt: row.seen_at, settledAt: row.settled_at ?? undefined }))
}
