import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid, type NanoUsd } from '../lib/index.ts'
import { type Keyring, SUBJECT_SEALED, SubjectKeyError, type SubjectKeys } from '../privacy/index.ts'
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

/** Problems of money that went back to its payer, or is to: whoever credited it would pay it once more. */
const WENT_OUT: ReadonlySet<string> = new Set([
  'deposit_undone',
  'dispute_currency_mismatch',
  'dispute_unknown',
  'refund_currency_mismatch',
  'refund_given_back',
  'refund_recipient_sanctioned',
  'refund_unknown',
])

/** Whether a problem is of money that came, so that crediting it to an account can be what mends it. */
export const isCreditable = ({ code }: Pick<PaymentProblem, 'code'>): boolean => !WENT_OUT.has(code)

const COLUMNS = sql`id, rail, code, ref_sealed, account_id, amount, created_at, resolved_at, resolution`
const REF_MAX = 200
const purposeOf = (id: string): string => `payment-problem:${id}`

/** What names of outside are sealed with: the key of the account, so that they go dark with it, or a master key where there is no account. */
export type ProblemSealing = {
  readonly keyring: Pick<Keyring, 'seal' | 'unseal'>
  readonly subjects: Pick<SubjectKeys, 'seal' | 'unseal'>
}

/** Puts a problem into the operator's queue, once for the same money and code. Returns whether it is new. */
export async function noteProblem(database: Database, sealing: ProblemSealing, problem: NewProblem): Promise<boolean> {
  const { id, rail, code, externalKey, accountId, amount, at } = problem
  const refSealed = await sealRef(sealing, problem)
  const rows = await database.query(sql`
    insert into payment_problem (id, rail, code, external_key, ref_sealed, account_id, amount, created_at)
    values (${id}::uuid, ${rail}, ${code}, ${externalKey}, ${refSealed}::bytea, ${accountId ?? null}::uuid, ${amount ?? null}::bigint,
      ${at}::timestamptz)
    on conflict (rail, external_key, code) do nothing returning id`)
  return rows.length > 0
}

/** What came for somebody who is erased has to be looked at all the same, and their key seals nothing more. */
async function sealRef({ keyring, subjects }: ProblemSealing, { id, ref, accountId }: NewProblem): Promise<Buffer> {
  const plain = Buffer.from(ref.slice(0, REF_MAX))
  if (accountId === undefined) return keyring.seal(plain, purposeOf(id))
  return await subjects.seal(accountId, plain, purposeOf(id)).catch((thrown: unknown) => {
    if (thrown instanceof SubjectKeyError) return keyring.seal(plain, purposeOf(id))
    throw thrown
  })
}

/** What waits in the operator's queue, oldest first; with `isAll` also what was resolved, newest first. */
export async function listProblems(
  database: Database,
  sealing: ProblemSealing,
  asked: { readonly isAll: boolean; readonly limit: number },
): Promise<readonly PaymentProblem[]> {
  const rows = await database.query<ProblemRow>(
    asked.isAll
      ? sql`select ${COLUMNS} from payment_problem order by created_at desc limit ${asked.limit}`
      : sql`select ${COLUMNS} from payment_problem where resolved_at is null order by created_at limit ${asked.limit}`,
  )
  return await Promise.all(rows.map((row) => problemOf(row, sealing)))
}

/** A problem by its id, kept from everybody else until the transaction ends. Fails with problem_unknown. */
export async function lockProblem(tx: Database, sealing: ProblemSealing, id: string): Promise<PaymentProblem> {
  if (!isUuid(id)) fail('problem_unknown')
  const [row] = await tx.query<ProblemRow>(sql`select ${COLUMNS} from payment_problem where id = ${id}::uuid for update`)
  return await problemOf(row ?? fail('problem_unknown'), sealing)
}

/** A problem by its id, as it stands. Fails with problem_unknown. */
export async function readProblem(database: Database, sealing: ProblemSealing, id: string): Promise<PaymentProblem> {
  if (!isUuid(id)) fail('problem_unknown')
  const [row] = await database.query<ProblemRow>(sql`select ${COLUMNS} from payment_problem where id = ${id}::uuid`)
  return await problemOf(row ?? fail('problem_unknown'), sealing)
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

const problemOf = async (row: ProblemRow, sealing: ProblemSealing): Promise<PaymentProblem> => ({
  id: row.id,
  rail: row.rail,
  code: row.code,
  ref: (await openRef(row, sealing)) ?? '',
  accountId: row.account_id ?? undefined,
  amount: row.amount ?? undefined,
  createdAt: row.created_at,
  resolvedAt: row.resolved_at ?? undefined,
  resolution: row.resolution ?? undefined,
})

/** The name; undefined when its account was erased, or its key is lost: the queue of money that waits has to be read all the same. */
async function openRef(
  { id, ref_sealed: sealed, account_id: accountId }: ProblemRow,
  sealing: ProblemSealing,
): Promise<string | undefined> {
  if (sealed === null) return undefined
  const { keyring, subjects } = sealing
  if (sealed[0] !== SUBJECT_SEALED || accountId === null) return keyring.unseal(sealed, purposeOf(id)).toString()
  const opened = await subjects.unseal(accountId, sealed, purposeOf(id)).catch((thrown: unknown) => {
    if (thrown instanceof SubjectKeyError) return undefined
    throw thrown
  })
  return opened?.toString()
}

/** How many problems wait to be resolved, and since when the oldest does. */
export async function countProblems(database: Database): Promise<{ readonly open: number; readonly since: Date | undefined }> {
  const [row] = await database.query<{ open: bigint; since: Date | null }>(sql`
    select count(*) as open, min(created_at) as since from payment_problem where resolved_at is null`)
  return { open: Number(row?.open ?? 0n), since: row?.since ?? undefined }
}
