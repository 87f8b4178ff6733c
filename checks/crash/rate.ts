import { call, errorCodeOf, isFullAnswer, type Spoken } from '../calls.ts'
import type { Customer } from '../operator.ts'
import type { World } from '../world.ts'
import type { Load, Ride } from './load.ts'

/** Calls that come at a rate, however long the ones before take. */
export type RateOptions = {
  readonly world: World
  readonly customers: () => readonly Customer[]
  readonly perSecond: number
  /** Milliseconds after which a client gives up. */
  readonly millisMax: number
}

const TICK_MS = 20

/** Starts calls of both protocols, one customer after the other; an answer that is late delays none of the next. */
export function startRate({ world, customers, perSecond, millisMax }: RateOptions): Load {
  const rides: Ride[] = []
  const open = new Set<Promise<void>>()
  const began = performance.now()
  let count = 0
  const ride = async (turn: number): Promise<void> => {
    const all = customers()
    const customer = all[turn % all.length]
    if (customer === undefined) throw new RangeError('a load needs customers')
    const protocol: Spoken = turn % 2 === 0 ? 'openai' : 'anthropic'
    const startedAt = performance.now()
    const answer = await call({ base: world.base, key: customer.key, protocol, millisMax, isStream: turn % 4 < 2 })
    rides.push({
      ...{ tag: `ride-${turn};`, customer, startedAt, endedAt: performance.now() },
      requestId: answer.requestId,
      status: answer.status,
      isFull: isFullAnswer(answer, protocol),
      error: answer.error || (answer.status >= 400 ? errorCodeOf(answer) : ''),
      retryAfter: String(answer.headers['retry-after'] ?? ''),
    })
  }
  const timer = setInterval(() => {
    for (const due = ((performance.now() - began) / 1000) * perSecond; count < due; count += 1) {
      const running = ride(count).finally(() => open.delete(running))
      open.add(running)
    }
  }, TICK_MS)
  return {
    rides,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(open)
    },
  }
}
