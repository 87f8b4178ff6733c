import { isDeepStrictEqual } from 'node:util'
import { type Database, sql } from '../../src/db/index.ts'
import { OUTCOMES, type Outcome } from '../../src/spec/index.ts'

/** Which calls count as failed, said here once more. */
const FAILED: readonly Outcome[] = ['upstream-failed', 'upstream-cut', 'timed-out', 'gateway-lost']
const AMOUNTS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning', 'cost', 'covered'] as const

type Call = Readonly<Record<(typeof AMOUNTS)[number], number | bigint | null>> & {
  readonly day: string
  readonly posted_day: string
  readonly account_id: string
  readonly key_id: string
  readonly model_serial: number
  readonly started_at: Date
  readonly node_serial: number
  readonly outcome: number
  readonly latency_ms: number
  readonly upstream_cost: bigint | null
  readonly more: readonly number[] | null
}
/** Sums by what they are of; numbers as text, so that two databases' worth of types compare. */
type Sums = ReadonlyMap<string, unknown>

/** What differs between the sums of days and minutes that are kept and those of the calls that are there, computed anew; empty when nothing does. */
export async function differingSums(database: Database): Promise<readonly string[]> {
  return await database.transaction(async (tx) => {
    await tx.query(sql`set transaction isolation level repeatable read read only`)
    const calls = await tx.query<Call>(sql`select usage_event.*, (commit >> 40)::integer as node_serial from usage_event`)
    const [classes] = await tx.query<{ readonly ends: readonly number[] }>(sql`select latency_classes() as ends`)
    return [
      ...differences('usage_key_day', await keptDays(tx), sumDays(calls)),
      ...differences('house_minute', await keptMinutes(tx), sumMinutes(calls, classes?.ends ?? [])),
    ]
  })
}

function differences(table: string, kept: Sums, summed: Sums): readonly string[] {
  const names = [...new Set([...kept.keys(), ...summed.keys()])]
  return names.filter((name) => !isDeepStrictEqual(kept.get(name), summed.get(name))).map((name) => `${table} ${name}`)
}

const dayName = (row: Pick<Call, 'day' | 'account_id' | 'key_id' | 'model_serial' | 'posted_day'>): string =>
  [row.day, row.account_id, row.key_id, row.model_serial, row.posted_day].join(' ')

async function keptDays(tx: Database): Promise<Sums> {
  const rows = await tx.query<Call & { readonly calls: bigint }>(sql`select * from usage_key_day`)
  return new Map(rows.map((row) => [dayName(row), daySum(row.calls, [row])]))
}

const sumDays = (calls: readonly Call[]): Sums =>
  new Map([...Map.groupBy(calls, dayName)].map(([name, own]) => [name, daySum(BigInt(own.length), own)]))

function daySum(calls: bigint, rows: readonly Call[]): object {
  const places = Math.max(0, ...rows.map(({ more }) => more?.length ?? 0))
  return {
    calls,
    amounts: AMOUNTS.map((amount) => total(rows.map((row) => row[amount]))),
    more: Array.from({ length: places }, (_, place) => total(rows.map(({ more }) => more?.[place] ?? 0))),
  }
}

const total = (amounts: readonly (number | bigint | null)[]): bigint => amounts.reduce<bigint>((sum, one) => sum + BigInt(one ?? 0), 0n)

type Minute = Pick<Call, 'day' | 'posted_day' | 'node_serial'> & { readonly at: number }
const minuteName = ({ day, posted_day, node_serial, at }: Minute): string => [day, posted_day, node_serial, at].join(' ')

type MinuteRow = Omit<Minute, 'at'> & {
  readonly minute: Date
  readonly calls: bigint
  readonly failed: bigint
  readonly upstream_cost: bigint
  readonly latencies: readonly number[]
}

async function keptMinutes(tx: Database): Promise<Sums> {
  const rows = await tx.query<MinuteRow>(sql`select * from house_minute`)
  const sumOf = ({ calls, failed, upstream_cost: cost, latencies }: MinuteRow) => ({ calls, failed, cost, latencies: [...latencies] })
  return new Map(rows.map((row) => [minuteName({ ...row, at: Math.floor(row.minute.getTime() / 60_000) }), sumOf(row)]))
}

function sumMinutes(calls: readonly Call[], ends: readonly number[]): Sums {
  const minutes = Map.groupBy(calls, (call) => minuteName({ ...call, at: Math.floor(call.started_at.getTime() / 60_000) }))
  return new Map(
    [...minutes].map(([name, own]) => [
      name,
      {
        calls: BigInt(own.length),
        failed: BigInt(own.filter(({ outcome }) => FAILED.some((one) => one === OUTCOMES[outcome])).length),
        cost: total(own.map((call) => call.upstream_cost)),
        latencies: ends.map((end, place) => {
          const [above, isLast] = [ends[place - 1] ?? -1, place === ends.length - 1]
          return own.filter((call) => call.latency_ms > above && (isLast || call.latency_ms <= end)).length
        }),
      },
    ]),
  )
}
