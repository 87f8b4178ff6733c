import { seededRandom } from '../../../sim/index.ts'
import { stopTestServer } from '../../../src/db/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { inDisorder, inOrder, type Tally } from './delivery.ts'
import { play } from './history.ts'
import { CUTS, type Lane, openLane } from './lane.ts'
import { drawPlan } from './plan.ts'

const LANES = 3
const TOLD_EVERY = 100

/**
 * MON-06: a history of payments, refunds and disputes at Stripe is played twice, with each event told once in order, and with each told up to
 * ten times, shuffled, at once, up to three days late, while every await of what takes them is cut in turn: both end alike.
 */
export async function webhookHistories(context: CheckContext): Promise<Measured> {
  const lanes = await Promise.all(Array.from({ length: Math.min(LANES, context.n) }, (_, at) => openLane(`lane${at}`)))
  const tally: Tally = { deliveries: 0, refused: 0, cuts: 0 }
  const ends = new Set<string>()
  let next = 0
  const run = async (lane: Lane): Promise<void> => {
    for (let number = next++; number < context.n; number = next++) {
      ends.add(await playBoth(context, { lane, number, tally }))
      if (number % TOLD_EVERY === TOLD_EVERY - 1) context.progress(`${number + 1} histories, ${tally.deliveries} deliveries`)
    }
  }
  try {
    await Promise.all(lanes.map(run))
    for (const lane of lanes) {
      const { ok, problems } = await lane.world.store.ledger.verify()
      context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    }
    context.expect(context.n < CUTS || tally.refused > 0, 'blind: no delivery was cut')
    return { n: context.n, measured: { ...tally, places_to_cut: CUTS, different_ends: ends.size } }
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()))
    await stopTestServer()
  }
}

type Playing = { readonly lane: Lane; readonly number: number; readonly tally: Tally }

async function playBoth(context: CheckContext, { lane, number, tally }: Playing): Promise<string> {
  const random = seededRandom(context.seed * 1_000_003 + number)
  const plan = drawPlan(random)
  const told = `history ${number}: ${JSON.stringify(plan)}`
  try {
    const ordered = await play(lane, plan, inOrder(lane))
    const wild = await play(lane, plan, inDisorder(lane, random, tally))
    context.expect(ordered === wild, `${told}\n  in order:    ${ordered}\n  in disorder: ${wild}`)
    return ordered
  } catch (thrown) {
    context.fail(`${told}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`)
    return ''
  }
}
