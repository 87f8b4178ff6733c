import { type Answer, call, errorCodeOf, isFullAnswer, type Spoken } from '../calls.ts'
import type { Customer } from '../operator.ts'
import type { World } from '../world.ts'

/** One call of the load and what came of it; times in milliseconds of performance.now(). */
export type Ride = {
  readonly tag: string
  readonly customer: Customer
  readonly requestId: string
  readonly status: number
  /** The client has the whole answer. */
  readonly isFull: boolean
  /** How the connection broke, or the code of the error that was answered; '' when neither. */
  readonly error: string
  readonly retryAfter: string
  readonly startedAt: number
  readonly endedAt: number
}

/** Calls that go on until they are told to stop. */
export type Load = {
  /** Every call that has ended. */
  readonly rides: readonly Ride[]
  /** Stops and waits for the calls that are open. */
  readonly stop: () => Promise<void>
}

export type LoadOptions = {
  readonly world: World
  readonly customers: readonly Customer[]
  /** Calls at the same time. */
  readonly loops: number
  /** Milliseconds after which a client gives up. Default 60,000. */
  readonly millisMax?: number
  /** Every how many-th call is streamed; default 2. */
  readonly streamEvery?: number
}

/** A refused call is tried again after this time, as a client would. */
const PAUSE_MS = 20

/** Starts calls of both protocols, streamed and not, in as many loops as are wanted. */
export function startLoad(options: LoadOptions): Load {
  const rides: Ride[] = []
  let isStopping = false
  let count = 0
  const loop = async (first: number): Promise<void> => {
    for (let turn = first; !isStopping; turn += 1) {
      count += 1
      const ride = await rideOnce(options, { turn, tag: `ride-${count};` })
      rides.push(ride)
      if (!ride.isFull) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  const loops = Array.from({ length: options.loops }, (_, index) => loop(index))
  return {
    rides,
    stop: async () => {
      isStopping = true
      await Promise.all(loops)
    },
  }
}

async function rideOnce(options: LoadOptions, { turn, tag }: { readonly turn: number; readonly tag: string }): Promise<Ride> {
  const { world, customers, millisMax = 60_000, streamEvery = 2 } = options
  const customer = customers[turn % customers.length]
  if (customer === undefined) throw new RangeError('a load needs customers')
  const protocol: Spoken = turn % 4 < 2 ? 'openai' : 'anthropic'
  const startedAt = performance.now()
  const answer: Answer = await call({
    ...{ base: world.base, key: customer.key, protocol, millisMax },
    isStream: turn % streamEvery === 0,
    text: `Tell me about ${tag}`,
  })
  return {
    ...{ tag, customer, startedAt, endedAt: performance.now() },
    requestId: answer.requestId,
    status: answer.status,
    isFull: isFullAnswer(answer, protocol),
    error: answer.error || (answer.status >= 400 ? errorCodeOf(answer) : ''),
    retryAfter: String(answer.headers['retry-after'] ?? ''),
  }
}
