import { seededRandom } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer, type TestDatabase } from '../../src/db/testing.ts'
import { isoDate, utcDayOf } from '../../src/lib/index.ts'
import { purgeDays } from '../../src/retention/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { ATTACKS, type Release, type Released } from './aggregate-attacks.ts'
import { type Crowd, MODELS, makeCrowd, sharesOf, writeCrowd } from './aggregate-crowds.ts'

const ACCOUNTS_MIN = 11
const ADVANTAGE_MAX = 0.01
/** So many standard deviations of the guess's own luck are let pass. */
const DEVIATIONS = 2.6
/** Attacks that have to succeed where nothing protects: else they could not see anything here. */
const SEEING_MIN = 0.3

/**
 * PRV-14: what is kept of calls past 90 days is made from crowds in which an account is planted or not, by a coin. Each cell stands for
 * eleven accounts or more, none of which is more than half of it; no cell shares a call with another; and attacks that learn from one half
 * of the trials do no better than guessing on the other.
 */
export async function aggregates(context: CheckContext): Promise<Measured> {
  const database = await createTestDatabase()
  try {
    const crowds = await plant(context, database)
    const released = await purge(context, { database, crowds })
    expectCells(context, crowds, released)
    await expectNoMore(context, database)
    const trials = crowds.map((crowd): Release => ({ crowd, released: released.get(placeOf(crowd)), total: totalOf(crowds, crowd) }))
    const open = trials.map((trial): Release => ({ ...trial, released: exactOf(trial.crowd) }))
    return {
      n: crowds.length,
      measured: {
        cells: released.size,
        rows: crowds.reduce((sum, { members }) => sum + members.length, 0),
        ...attack(context, trials, open),
      },
    }
  } finally {
    await database.drop()
    await stopTestServer()
  }
}

type Kept = ReadonlyMap<string, Released>
type World = { readonly database: TestDatabase; readonly crowds: readonly Crowd[] }

const placeOf = ({ day, model }: Pick<Crowd, 'day' | 'model'>): string => `${day} ${model}`
const lastDay = (): number => utcDayOf(Date.now()) - 91

/** Crowds of days that are long due, one for each day and model. */
async function plant(context: CheckContext, database: TestDatabase): Promise<readonly Crowd[]> {
  const random = seededRandom(context.seed)
  const days = Math.ceil(context.n / MODELS)
  const crowds: Crowd[] = []
  for (let day = 0; day < days; day += 1) {
    const at = isoDate(lastDay() - day)
    const some = Array.from({ length: MODELS }, (_, index) => makeCrowd(random, { day: at, model: index + 1 }))
    await writeCrowd(database, at, some)
    crowds.push(...some)
    if (day % 20 === 0) context.progress(`day ${day}`)
  }
  return crowds
}

async function purge(context: CheckContext, { database, crowds }: World): Promise<Kept> {
  const days = await purgeDays(database.ledgerDatabase, Date.now())
  context.expect(days.length === new Set(crowds.map(({ day }) => day)).size, 'not every day was purged')
  const before = await readCells(database)
  const [day] = days
  await database.ledgerDatabase.query(sql`select ensure_usage_partition(${day ?? ''}::date)`)
  await writeCrowd(database, day ?? '', crowds.slice(0, MODELS))
  await purgeDays(database.ledgerDatabase, Date.now())
  const after = await readCells(database)
  context.expect(JSON.stringify([...before]) === JSON.stringify([...after]), 'a day was summed up twice')
  return after
}

async function readCells(database: TestDatabase): Promise<Kept> {
  const rows = await database.appDatabase.query<{ day: string; model: number; calls: bigint; input: bigint; output: bigint }>(sql`
    select day, model_serial as model, calls, input, output from usage_aggregate order by day, model_serial`)
  return new Map(
    rows.map(({ day, model, calls, input, output }) => [
      placeOf({ day, model }),
      { calls: Number(calls), input: Number(input), output: Number(output) },
    ]),
  )
}

/** Every cell against the crowd it was made of; the cell of model 0 against all crowds of the day without one. */
function expectCells(context: CheckContext, crowds: readonly Crowd[], released: Kept): void {
  for (const [day, ofDay] of Map.groupBy(crowds, (crowd) => crowd.day)) {
    const hidden = ofDay.filter((crowd) => !released.has(placeOf(crowd)))
    const cells = [...ofDay.filter((crowd) => !hidden.includes(crowd)).map((crowd) => [crowd]), hidden]
    for (const [index, made] of cells.entries()) {
      const model = index < cells.length - 1 ? (made[0]?.model ?? 0) : 0
      const cell = released.get(placeOf({ day, model }))
      if (cell === undefined) continue
      const { accounts, largest, sums } = sharesOf(made)
      context.expect(accounts >= ACCOUNTS_MIN, `the cell of model ${model} on ${day} is of ${accounts} accounts`)
      context.expect(largest <= 0.5, `one account is ${largest} of the cell of model ${model} on ${day}`)
      for (const name of ['calls', 'input', 'output'] as const) {
        context.expect(cell[name] % 10 === 0, `the ${name} of model ${model} on ${day} are told to the digit`)
        context.expect(Math.abs(cell[name] - sums[name]) <= Math.max(5, sums[name] * 0.05), `the ${name} of model ${model} are wrong`)
      }
    }
  }
  context.expect(released.size > 0 && released.size < crowds.length, 'blind: all cells are told, or none')
}

/** Nothing finer lies beside the cells: no row, no sum of a model, no column for an account or a time within a day. */
async function expectNoMore(context: CheckContext, { ownerDatabase }: TestDatabase): Promise<void> {
  const [left] = await ownerDatabase.query<{ rows: bigint; models: bigint; columns: string }>(sql`
    select (select count(*) from usage_event) as rows, (select count(*) from upstream_day where model_serial <> 0 or input + output > 0) as models,
      (select string_agg(attname || ':' || atttypid::regtype, ' ' order by attnum) from pg_attribute
        where attrelid = 'usage_aggregate'::regclass and attnum > 0) as columns`)
  context.expect(left?.rows === 0n, `${left?.rows} rows are left`)
  context.expect(left?.models === 0n, `${left?.models} sums of a model at an upstream are left`)
  const columns = 'day:date model_serial:integer calls:bigint input:bigint output:bigint'
  context.expect(left?.columns === columns, `the cells have other columns: ${left?.columns}`)
}

const exactOf = (crowd: Crowd): Released | undefined => (crowd.members.length === 0 ? undefined : sharesOf([crowd]).sums)

/** The calls of a day, as the sums of upstreams still tell them. */
const totalOf = (crowds: readonly Crowd[], { day }: Crowd): number =>
  crowds.filter((crowd) => crowd.day === day).reduce((sum, { members }) => sum + members.length, 0)

/** Each attack on what is kept, and on cells that nothing protects. */
function attack(context: CheckContext, trials: readonly Release[], open: readonly Release[]): Readonly<Record<string, number>> {
  const measured: Record<string, number> = {}
  const half = Math.floor(trials.length / 2)
  for (const { name, by, chance, canSee } of ATTACKS) {
    const judged = by(trials.slice(0, half), trials.slice(half))
    const advantage = judged.right / judged.tried - chance
    const luck = Math.sqrt((chance * (1 - chance)) / judged.tried)
    measured[`${name}_advantage`] = Math.round(advantage * 10_000) / 10_000
    measured[`${name}_luck`] = Math.round(luck * 10_000) / 10_000
    context.expect(advantage <= ADVANTAGE_MAX + DEVIATIONS * luck, `${name}: right by ${advantage} more than by guessing`)
    const seeing = by(open.slice(0, half), open.slice(half))
    measured[`${name}_unprotected`] = Math.round((seeing.right / seeing.tried - chance) * 10_000) / 10_000
    context.expect(!canSee || seeing.right / seeing.tried - chance >= SEEING_MIN, `blind: ${name} sees nothing where nothing protects`)
  }
  return measured
}
