import type { SeededRandom, StripeEvent } from '../../../sim/index.ts'
import { type Cut, cutOf, type Lane } from './lane.ts'

/** How news and work of a history reach the rail. */
export type Manner = {
  /** Called after everything that happens at Stripe. */
  readonly heard: () => Promise<void>
  /** Called when all that happened has to have been heard. */
  readonly settled: () => Promise<void>
  /** Has a refund carried on. */
  readonly carry: (refundId: string) => Promise<void>
}

const AT_ONCE = 6
const TIMES_MAX = 10
const LATE_MS_MAX = 3 * 86_400_000
const ROUNDS_MAX = 40
const STUCK_MS = 61_000

const send = async ({ sim }: Lane, event: StripeEvent, rail: Lane['rail']): Promise<boolean> => {
  const { body, headers } = sim.deliver(event)
  const status = await rail.webhook({ body: Buffer.from(body), header: (name) => headers[name] })
  if (status === 400) throw new TypeError('an event that Stripe signed was refused')
  return status === 200
}

/** Each event once, in order, as soon as it is there; nothing breaks. */
export function inOrder(lane: Lane): Manner {
  let at = lane.sim.account.events.length
  const heard = async (): Promise<void> => {
    for (; at < lane.sim.account.events.length; at += 1) {
      const event = lane.sim.account.events[at]
      if (event !== undefined && !(await send(lane, event, lane.rail))) throw new TypeError('an event was not taken')
    }
  }
  return { heard, settled: heard, carry: async (id) => void (await lane.rail.carryOnRefund(id)) }
}

/** What is counted over all histories. */
export type Tally = { deliveries: number; refused: number; cuts: number }

/** Each event up to ten times, shuffled, some at once, up to three days late, with a cut in each handful; what was cut is sent again. */
export function inDisorder(lane: Lane, random: SeededRandom, tally: Tally): Manner {
  let at = lane.sim.account.events.length
  const cut = (): Cut => {
    tally.cuts += 1
    return cutOf(tally.cuts, random)
  }
  const settled = async (): Promise<void> => {
    const events = lane.sim.account.events.slice(at)
    at = lane.sim.account.events.length
    let left = shuffled(
      events.flatMap((event) => Array.from({ length: 1 + random.below(TIMES_MAX) }, () => event)),
      random,
    )
    for (let round = 0; left.length > 0; round += 1) {
      if (round === ROUNDS_MAX) throw new TypeError('events are refused for ever')
      left = await sendHandfuls({ lane, random, tally, cut }, left)
    }
  }
  return {
    heard: async () => undefined,
    settled,
    carry: async (id) => {
      lane.plan(cut())
      await lane.broken.carryOnRefund(id).catch(() => undefined)
      lane.heal()
      lane.clock.at += STUCK_MS
      await lane.rail.finish()
    },
  }
}

type Sending = { readonly lane: Lane; readonly random: SeededRandom; readonly tally: Tally; readonly cut: () => Cut }

/** Sends all of them, a handful at a time; returns those that were answered so that they come again. */
async function sendHandfuls({ lane, random, tally, cut }: Sending, events: readonly StripeEvent[]): Promise<StripeEvent[]> {
  const again: StripeEvent[] = []
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const handful = events.slice(from, from + AT_ONCE)
    lane.clock.at += random.below(Math.ceil(LATE_MS_MAX / (events.length + 1)))
    lane.plan(cut())
    const taken = await Promise.all(handful.map((event) => send(lane, event, lane.broken)))
    lane.heal()
    again.push(...handful.filter((_, index) => taken[index] !== true))
    tally.deliveries += handful.length
  }
  tally.refused += again.length
  return again
}

function shuffled<T>(things: readonly T[], random: SeededRandom): T[] {
  return things
    .map((thing) => ({ thing, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ thing }) => thing)
}
