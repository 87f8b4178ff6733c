import { setTimeout as sleep } from 'node:timers/promises'
import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { parseUsd } from '../../src/lib/index.ts'
import { call } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError, timeLimit } from '../harness/index.ts'
import { inParallel, quantile, until } from '../parallel.ts'
import { startWorld, type Victim, type World } from '../world.ts'
import { auditBooks } from './books.ts'
import { type Load, type Ride, startLoad } from './load.ts'

/** Who dies in a round; `both` is gateway and control, `all` everything with the supervisor. */
const ROUNDS = ['gateway', 'control', 'postgres', 'both', 'all'] as const
type Round = (typeof ROUNDS)[number]

const LOOPS = 30
const CREDIT = '1000.00'
const CUSTOMERS = 3
const BACK_MS_MAX = 5000
const WHOLE_MS_MAX = 10_000
/** Answers that ended this short before gateway and control died together may have died with their only witnesses. */
const WITNESS_MS = 1000
const STATUSES_ALLOWED: ReadonlySet<number> = new Set([0, 200, 502, 503])

/** A kill, from when it was begun to when all were dead; milliseconds until a call was answered with 200, and until the database answered too. */
type Death = { readonly round: Round; readonly at: number; readonly deadAt: number; readonly backMs: number; readonly wholeMs: number }

/** CRA-01: kill -9 of gateway, control, database, and of several at once, at random moments under load. */
export async function kills(context: CheckContext): Promise<Measured> {
  if (process.platform !== 'linux') throw new NotRunError('it finds processes through /proc, which only Linux has')
  const random = seededRandom(context.seed)
  const world = await startWorld({ gateways: 2, script: { outputTokens: 24, chunkDelayMs: 4, firstByteDelayMs: 10 } })
  try {
    const customers = await inParallel(Array.from({ length: CUSTOMERS }), 1, () => world.operator.customer(CREDIT))
    const load = startLoad({ world, customers, loops: LOOPS })
    const deaths: Death[] = []
    try {
      for (let index = 0; index < context.n; index += 1) {
        const round = ROUNDS[index % ROUNDS.length] ?? 'all'
        await sleep(300 + random.below(1200))
        const death = await killOnce(context, { world, round, random, key: customers[0]?.key ?? '' })
        deaths.push(death)
        context.progress(`round ${index + 1}: ${round}, a call answered after ${death.backMs} ms, all whole after ${death.wholeMs} ms`)
      }
      await sleep(500)
    } finally {
      await load.stop()
    }
    return await judge(context, { world, customers, load, deaths })
  } finally {
    await world.stop()
  }
}

type Killing = { readonly world: World; readonly round: Round; readonly random: SeededRandom; readonly key: string }

const VICTIMS: Readonly<Record<Round, readonly Victim[]>> = {
  gateway: ['gateway'],
  control: ['control'],
  postgres: ['postgres'],
  both: ['gateway', 'control'],
  all: ['all'],
}

async function killOnce(context: CheckContext, { world, round, random, key }: Killing): Promise<Death> {
  const at = performance.now()
  const hit = await Promise.all(VICTIMS[round].map((victim) => world.kill(victim)))
  context.expect(
    hit.every((count) => count > 0),
    `there was no ${round} to kill`,
  )
  const deadAt = performance.now()
  if (round === 'all') {
    await sleep(random.below(200))
    await world.start()
  }
  const backMs = await untilServed(world, key, at)
  context.expect(backMs <= timeLimit(context, BACK_MS_MAX), `after ${round} died, the first 200 came after ${backMs} ms`)
  // The next kill waits for the database: calls are also served without it, and what they cost is then known to control alone.
  await until(
    () => hasBooks(world),
    (isThere) => isThere,
    timeLimit(context, WHOLE_MS_MAX),
  )
  const wholeMs = Math.round(performance.now() - at)
  context.expect(wholeMs <= timeLimit(context, WHOLE_MS_MAX), `after ${round} died, the books could be read after ${wholeMs} ms`)
  return { round, at, deadAt, backMs, wholeMs }
}

async function hasBooks(world: World): Promise<boolean> {
  try {
    await world.operator.verify()
    return true
  } catch {
    // Control or its database is still away.
    return false
  }
}

/** Milliseconds from a death to the end of the first call that was begun after it and answered with 200. */
async function untilServed(world: World, key: string, since: number): Promise<number> {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    const answer = await call({ base: world.base, key, protocol: 'openai', outputMax: 1, millisMax: 5000 })
    if (answer.status === 200) break
    await sleep(20)
  }
  return Math.round(performance.now() - since)
}

type Judging = { readonly world: World; readonly customers: Parameters<typeof auditBooks>[1]['customers'] } & {
  readonly load: Load
  readonly deaths: readonly Death[]
}

async function judge(context: CheckContext, { world, customers, load, deaths }: Judging): Promise<Measured> {
  const { rides } = load
  const odd = rides.filter(({ status }) => !STATUSES_ALLOWED.has(status))
  context.expect(odd.length === 0, `${odd.length} answers of a status that no crash explains, such as ${odd[0]?.status}`)
  // To find the processes and to kill them takes a while, in which calls still begin and end.
  const isBetween = (ride: Ride, { at, deadAt }: Death): boolean =>
    ride.startedAt < deadAt && ride.endedAt > at - WITNESS_MS && ride.endedAt < deadAt + 100
  const together = deaths.filter(({ round }) => round === 'both' || round === 'all')
  const mayBeLost = (ride: Ride): boolean => together.some((death) => isBetween(ride, death))
  const circumstances = ({ endedAt }: Ride): string => {
    const last = deaths.findLast(({ at }) => at <= endedAt)
    const next = deaths.find(({ at }) => at > endedAt)
    const after = last === undefined ? 'before any death' : `${Math.round(endedAt - last.at)} ms after ${last.round} began to die`
    return next === undefined ? after : `${after}, ${Math.round(next.at - endedAt)} ms before ${next.round}`
  }
  const credit = parseUsd(CREDIT) ?? 0n
  const audit = await auditBooks(context, { world, customers, credit, rides, mayBeLost, circumstances })
  const by = (round: Round, of: 'backMs' | 'wholeMs'): number =>
    quantile(
      deaths.filter((death) => death.round === round).map((death) => death[of]),
      1,
    )
  return {
    n: context.n,
    measured: {
      calls: rides.length,
      full: audit.full,
      usageRows: audit.rows,
      lostWithTheirWitnesses: audit.lost,
      ...Object.fromEntries(ROUNDS.map((round) => [`back_ms_max_${round}`, by(round, 'backMs')])),
      whole_ms_max: Math.max(...ROUNDS.map((round) => by(round, 'wholeMs'))),
    },
  }
}
