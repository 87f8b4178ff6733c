import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import type { Keyring } from '../privacy/index.ts'
import type { RailName } from './payment.ts'

/** Money that fits nothing, or a contradiction of a rail: `code` says what is wrong, `ref` is what the rail calls it, `amount` nano-USD. */
export type NewProblem = {
  readonly id: string
  readonly rail: RailName
  readonly code: string
  readonly ref: string
  readonly externalKey: string
  readonly accountId?: string | undefined
  readonly amount?: NanoUsd | undefined
  readonly at: Date
}

/** A problem as the operator sees it. */
export type PaymentProblem = {
  readonly id: string
  readonly rail: RailName
  readonly code: string
  readonly ref: string
  readonly accountId: string | undefined
  readonly amount: NanoUsd | undefined
  readonly createdAt: Date
  readonly resolvedAt: Date | undefined
  readonly resolution: 'credited' | 'dismissed' | undefined
}

type ProblemRow = {
  readonly id: string
  readonly rail: RailName
  readonly code: string
  readonly ref_sealed: Buffer | null
  readonly account_id: string | null
  readonly amount: NanoUsd | null
  readonly created_at: Date
  readonly resolved_at: Date | null
  readonly resolution: 'credited' | 'dismissed' | null
}

const COLUMNS = sql`id, rail, code, ref_sealed, account_id, amount, created_at, resolved_at, resolution`
const REF_MAX = 200
const purposeOf = (id: string): string => `payment-problem:${id}`

/** Puts a problem into the operator's queue, once for the same money and code. Returns whether it is new. */
export async function noteProblem(database: Database, sealing: Pick<Keyring, 'seal'>, problem: NewProblem): Promise<boolean> {
  const { id, rail, code, ref, externalKey, accountId, amount, at } = problem
  const refSealed = sealing.seal(Buffer.from(ref.slice(0, REF_MAX)), purposeOf(id))
  const rows = await database.query(sql`
    insert into payment_problem (id, rail, code, external_key, ref_sealed, account_id, amount, created_at)
    values (${id}::uuid, ${rail}, ${code}, ${externalKey}, ${refSealed}::bytea, ${accountId ?? null}::uuid, ${amount ?? null}::bigint,
      ${at}::timestamptz)
    on conflict (rail, external_key, code) do nothing returning id`)
  return rows.length > 0
}

/** What waits in the operator's queue, oldest first; with `isAll` also what was resolved, newest first. */
export async function listProblems(
  database: Database,
  sealing: Pick<Keyring, 'unseal'>,
  asked: { readonly isAll: boolean; readonly limit: number },
): Promise<readonly PaymentProblem[]> {
  const rows = await database.query<ProblemRow>(
    asked.isAll
      ? sql`select ${COLUMNS} from payment_problem order by created_at desc limit ${asked.limit}`
      : sql`select ${COLUMNS} from payment_problem where resolved_at is null order by created_at limit ${asked.limit}`,
  )
  return rows.map((row) => problemOf(row, sealing))
}

/** A problem by its id, kept from everybody else until the transaction ends. Fails with problem_unknown. */
export async function lockProblem(tx: Database, sealing: Pick<Keyring, 'unseal'>, id: string): Promise<PaymentProblem> {
  if (!isUuid(id)) fail('problem_unknown')
  const [row] = await tx.query<ProblemRow>(sql`select ${COLUMNS} from payment_problem where id = ${id}::uuid for update`)
  return problemOf(row ?? fail('problem_unknown'), sealing)
}

/** How a problem ends: money credited to an account by a transfer, or nothing to do. */
export type Resolution = { readonly resolution: 'credited' | 'dismissed'; readonly transferId?: string; readonly at: Date }

/** Money that a rail knows by a keyed hash, in the operator's queue. */
export type QueuedMoney = { readonly rail: RailName; readonly externalKey: string }

/** Whether money of a rail was credited from the operator's queue. */
export const wasCreditedByHand = async (database: Database, { rail, externalKey }: QueuedMoney): Promise<boolean> =>
  (
    await database.query(sql`
      select from payment_problem where rail = ${rail} and external_key = ${externalKey} and resolution = 'credited' limit 1`)
  ).length > 0

/** Ends problems of some codes over money that was credited by itself meanwhile. */
export async function endProblems(
  database: Database,
  { rail, externalKey, codes, at }: QueuedMoney & { readonly codes: readonly string[]; readonly at: Date },
): Promise<void> {
  await database.query(sql`
    update payment_problem set resolved_at = ${at}::timestamptz, resolution = 'dismissed'
    where rail = ${rail} and external_key = ${externalKey} and code = any(${[...codes]}::text[]) and resolved_at is null`)
}

/** Ends a problem; false when it had ended before. */
export async function resolveProblem(database: Database, id: string, { resolution, transferId, at }: Resolution): Promise<boolean> {
  const rows = await database.query(sql`
    update payment_problem set resolved_at = ${at}::timestamptz, resolution = ${resolution}, transfer_id = ${transferId ?? null}::uuid
    where id = ${id}::uuid and resolved_at is null returning id`)
  return rows.length > 0
}

const problemOf = (row: ProblemRow, sealing: Pick<Keyring, 'unseal'>): PaymentProblem => ({
  id: row.id,
  rail: row.rail,
  code: row.code,
  ref: row.ref_sealed === null ? '' : sealing.unseal(row.ref_sealed, purposeOf(row.id)).toString(),
  accountId: row.account_id ?? undefined,
  amount: row.amount ?? undefined,
  createdAt: row.created_at,
  resolvedAt: row.resolved_at ?? undefined,
  resolution: row.resolution ?? undefined,
})

/** How many problems wait to be resolved, and since when the oldest does. */
export async function countProblems(database: Database): Promise<{ readonly open: number; readonly since: Date | undefined }> {
  const [row] = await database.query<{ open: bigint; since: Date | null }>(sql`
    select count(*) as open, min(created_at) as since from payment_problem where resolved_at is null`)
  return { open: Number(row?.open ?? 0n), since: row?.since ?? undefined }
}
