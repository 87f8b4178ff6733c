import fc from 'fast-check'
import { stopTestServer } from '../../../src/db/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { differingSums } from '../sums-of-calls.ts'
import { judge } from './judge.ts'
import { isNegative, observe, problemsOf } from './observe.ts'
import { finish, take } from './play.ts'
import { history, type Step } from './steps.ts'
import { beginPlay, closeLane, type Lane, openLane } from './world.ts'

/** Histories at the same time, each lane with a database of its own. */
const LANES = 6
/** Histories of a lane after which the whole of its books is recomputed. */
const VERIFY_EVERY = 50

/** What was seen in all lanes. */
type Tally = { histories: number; steps: number; states: number; negative: number; readonly kinds: Map<string, number> }

/**
 * MON-01: random histories of deposits, calls, refunds, disputes, reversals, closes of days, price changes and expiry on two nodes, with
 * connections, processes and whole nodes breaking at any await. After each step the books are recomputed in one snapshot; at the end of
 * each history they are compared with what its actors were told, and at the end of a lane what pages show with its calls. MON-02 counts the states in which anything was below zero.
 */
export async function conservation(context: CheckContext): Promise<Measured> {
  const tally: Tally = { histories: 0, steps: 0, states: 0, negative: 0, kinds: new Map() }
  const lanes = Math.min(LANES, context.n)
  try {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => playLane(context, tally, { lane, lanes })))
  } finally {
    await stopTestServer()
  }
  context.expect(tally.negative === 0, `MON-02: ${tally.negative} of ${tally.states} states had something below zero`)
  const kinds = Object.fromEntries([...tally.kinds].map(([kind, count]) => [`steps_${kind.replace('-', '_')}`, count]))
  return { n: tally.histories, measured: { steps: tally.steps, states: tally.states, negative: tally.negative, ...kinds } }
}

type Share = { readonly lane: number; readonly lanes: number }

async function playLane(context: CheckContext, tally: Tally, { lane, lanes }: Share): Promise<void> {
  const opened = await openLane()
  try {
    const seed = context.seed * lanes + lane
    const numRuns = Math.floor((context.n + lanes - 1 - lane) / lanes)
    let played = 0
    const property = fc.asyncProperty(history, async (steps) => {
      await playOne(opened, steps, tally)
      played += 1
      if (played % VERIFY_EVERY === 0 || played === numRuns) await verify(opened)
      if (played === numRuns) expectNone(await differingSums(opened.store.ownerDatabase))
      tally.histories += 1
      if (tally.histories % 100 === 0) context.progress(`${tally.histories} of ${context.n} histories, ${tally.steps} steps`)
    })
    const told = await fc.check(property, { seed, numRuns, endOnFailure: true })
    if (told.failed)
      context.fail(`seed ${seed}, after ${told.numRuns} histories: ${String(told.errorInstance)} in ${JSON.stringify(told.counterexample)}`)
  } finally {
    await closeLane(opened)
  }
}

async function playOne(lane: Lane, steps: readonly Step[], tally: Tally): Promise<void> {
  const play = await beginPlay(lane)
  const look = async (): Promise<void> => {
    for (const row of await observe(play)) {
      tally.states += 1
      if (isNegative(row)) tally.negative += 1
      expectNone(problemsOf(row))
    }
  }
  for (const step of steps) {
    await take(play, step)
    tally.steps += 1
    tally.kinds.set(step.kind, (tally.kinds.get(step.kind) ?? 0) + 1)
    await look()
  }
  await finish(play)
  await look()
  expectNone(await judge(play))
}

async function verify({ store }: Lane): Promise<void> {
  expectNone((await store.ledger.verify()).problems)
}

function expectNone(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join('; '))
}
