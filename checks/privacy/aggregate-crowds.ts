import { randomUUID } from 'node:crypto'
import type { SeededRandom } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import type { TestDatabase } from '../../src/db/testing.ts'

/** Models that are called each day. */
export const MODELS = 10
/** The last digits of what the planted account uses are one of so many; those of all others are zeros, which everybody may know. */
export const CANDIDATES = 10
/** What everybody else's tokens are a multiple of. */
export const COARSE = 1_000

/** One account's calls of a model on a day. */
export type Member = { readonly account: string; readonly input: number; readonly output: number }

/** Who called a model on a day. `isPlanted` and `candidate` are what attacks have to find out. */
export type Crowd = {
  readonly day: string
  readonly model: number
  readonly members: readonly Member[]
  readonly isPlanted: boolean
  readonly candidate: number
}

const OTHERS_MAX = 120
const POPULATION = Array.from({ length: OTHERS_MAX }, () => randomUUID())
const PLANTED = randomUUID()

/** A crowd of any size; the planted account is in it or not, by a coin; in one of ten, another account is most of it. */
export function makeCrowd(random: SeededRandom, place: Pick<Crowd, 'day' | 'model'>): Crowd {
  const count = random.below(OTHERS_MAX + 1)
  const first = random.below(OTHERS_MAX)
  const amount = (): number => COARSE * (1 + random.below(50))
  const others = Array.from({ length: count }, (_, index) => ({
    account: POPULATION[(first + index) % OTHERS_MAX] ?? '',
    ...{ input: amount(), output: amount() },
  }))
  const [one, ...rest] = others
  const heavy = one === undefined || random.below(10) > 0 ? others : [{ ...one, input: one.input + COARSE * 100 * count }, ...rest]
  const isPlanted = random.below(2) === 0
  const candidate = random.below(CANDIDATES)
  const planted = { account: PLANTED, input: amount() + (candidate * COARSE) / CANDIDATES, output: amount() }
  return { ...place, members: isPlanted ? [...heavy, planted] : heavy, isPlanted, candidate }
}

/** Writes a day's calls as if they had been made then; the sums of the day by upstream and model as the close of it writes them. */
export async function writeCrowd({ ownerDatabase }: TestDatabase, day: string, crowds: readonly Crowd[]): Promise<void> {
  const rows = crowds.flatMap(({ model, members }) => members.map((member) => ({ model, ...member })))
  await ownerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)
  await ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version, outcome,
      status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m, cache_write_1h, output,
      reasoning, hold, cost)
    select ${day}::date, gen_random_uuid(), ${day}::date, account, gen_random_uuid(), ${day}::date, model, 0, 1, 0,
      200, 0, 0, false, false, 1, input, 0, 0, 0, output, 0, 0, 0
    from unnest(${rows.map(({ model }) => model)}::integer[], ${rows.map(({ account }) => account)}::uuid[],
      ${rows.map(({ input }) => input)}::integer[], ${rows.map(({ output }) => output)}::integer[]) as given (model, account, input, output)`)
  await ownerDatabase.query(sql`insert into ended_day (day, ended_at) values (${day}::date, now()) on conflict do nothing`)
  await ownerDatabase.query(sql`
    insert into upstream_day (day, upstream_serial, model_serial, calls, known_calls, cost, input, cache_read, cache_write_5m, cache_write_1h,
      output, reasoning)
    select ${day}::date, 1, model_serial, count(*), 0, 0, sum(input), 0, 0, 0, sum(output), 0 from usage_event
    where day = ${day}::date and not exists (select from purged_day where purged_day.day = ${day}::date) group by model_serial`)
}

/** Sums of a cell, as they would be told to the digit. */
export type Sums = { readonly calls: number; readonly input: number; readonly output: number }

/** How many accounts crowds are of together, their sums, and the largest part of any of these that is one account's. */
export function sharesOf(crowds: readonly Crowd[]): { readonly accounts: number; readonly largest: number; readonly sums: Sums } {
  const byAccount = Map.groupBy(
    crowds.flatMap(({ members }) => members),
    ({ account }) => account,
  )
  const each = [...byAccount.values()].map((members) => sumsOf(members))
  const sums = sumsOf(crowds.flatMap(({ members }) => members))
  const parts = (['calls', 'input', 'output'] as const).map((name) => Math.max(0, ...each.map((one) => one[name])) / (sums[name] || 1))
  return { accounts: byAccount.size, largest: Math.max(...parts), sums }
}

const sumsOf = (members: readonly Member[]): Sums => ({
  calls: members.length,
  input: members.reduce((sum, { input }) => sum + input, 0),
  output: members.reduce((sum, { output }) => sum + output, 0),
})
