import { formatUsd } from '../../src/lib/index.ts'
import { type Answer, call, errorCodeOf } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { Customer } from '../operator.ts'
import { quantile, until } from '../parallel.ts'
import { minuteNow, minuteWithRoom } from '../whole-minute.ts'
import { startWorld, type World } from '../world.ts'

/** First requests at the same time, of a key that no process has seen before. */
const AT_ONCE = 200
/** One call holds and costs this in nano-USD; see MON-03. */
const CALL_COST = 10_000_001n
const OUTPUT_TOKENS = 10
const PRICE = { input: '0.000001', output: '1000.00' }
/** Long enough for every other request to come while the first is open. */
const FIRST_BYTE_MS = 700
const PLENTY = 1_000_000
/** A limit counts by the minute; a round is begun early enough in one to end in it. */
const ROUND_MS = 20_000
const UNTOUCHED: Readonly<Record<string, number>> = { requests_per_minute: PLENTY }

/** What allows `allowed` calls of a new customer, and the refusal of all others. */
type Limit = {
  readonly refusal: string
  readonly customer: (world: World, allowed: number) => Promise<Customer>
}

/** Everything that can allow one call; each is first looked at while 200 requests wait for it. */
const LIMITS: Readonly<Record<string, Limit>> = {
  'requests of the key': {
    refusal: 'requests_limited',
    customer: ({ operator }, allowed) => operator.customer('10.00', { limits: { requests_per_minute: allowed } }),
  },
  'requests of the account': {
    refusal: 'requests_limited',
    customer: async ({ operator }, allowed) => {
      const customer = await operator.customer('10.00', { limits: UNTOUCHED })
      await operator.ask('PATCH', `/accounts/${customer.id}`, { limits: { requests_per_minute: allowed } })
      return customer
    },
  },
  'requests by default': { refusal: 'requests_limited', customer: ({ operator }) => operator.customer('10.00') },
  'concurrent calls': {
    refusal: 'concurrency_limited',
    customer: ({ operator }, allowed) => operator.customer('10.00', { limits: { ...UNTOUCHED, concurrent_calls: allowed } }),
  },
  credit: {
    refusal: 'insufficient_credit',
    customer: ({ operator }, allowed) => operator.customer(formatUsd(CALL_COST * BigInt(allowed)), { limits: UNTOUCHED }),
  },
}

/** MON-04: the first requests of a new key and account come all at once through four gateways; one is allowed, one is admitted. */
export async function firstUse(context: CheckContext): Promise<Measured> {
  const world = await startWorld({
    gateways: 4,
    models: [{ id: 'm-first', upstream: 'oai', upstreamModel: `sim-model!tokens=1000,first-byte-ms=${FIRST_BYTE_MS}`, price: PRICE }],
    env: { FAREBOX_KEY_REQUESTS_PER_MINUTE: '1' },
  })
  try {
    const admitted = new Map(Object.keys(LIMITS).map((name) => [name, [] as number[]]))
    const millis: number[] = []
    for (let round = 0; round < context.n; round += 1) {
      for (const [name, limit] of Object.entries(LIMITS)) {
        const seen = await race(world, { limit, allowed: 1 })
        judge(context, { name, limit, seen })
        admitted.get(name)?.push(seen.admitted)
        millis.push(...seen.millis)
      }
      context.progress(`round ${round + 1} of ${context.n}`)
    }
    // A limit of two has to be told from one of one, or the count sees nothing.
    const { admitted: two } = await race(world, { limit: LIMITS['credit'] ?? PLAIN, allowed: 2 })
    context.expect(two === 2, `blind: of a customer that may make two calls, ${two} were counted`)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return {
      n: context.n,
      measured: {
        atOnce: AT_ONCE,
        ...Object.fromEntries([...admitted].map(([name, counts]) => [name, tallyOf(counts)])),
        allowedTwoAdmitted: two,
        p99_ms: quantile(millis, 0.99),
      },
    }
  } finally {
    await world.stop()
  }
}

const PLAIN: Limit = { refusal: '', customer: ({ operator }) => operator.customer() }

/** "1 in 100 of 100" when all are the same, else each. */
const tallyOf = (counts: readonly number[]): string =>
  new Set(counts).size === 1 ? `${counts[0]} in ${counts.length} of ${counts.length}` : counts.join(',')

type Seen = {
  readonly admitted: number
  /** Calls that the upstream saw. */
  readonly reached: number
  readonly rows: number
  readonly answers: readonly Answer[]
  readonly millis: readonly number[]
}

async function race(world: World, { limit, allowed }: { readonly limit: Limit; readonly allowed: number }): Promise<Seen> {
  for (;;) {
    const customer = await limit.customer(world, allowed)
    const minute = await minuteWithRoom(ROUND_MS)
    const before = world.sim.calls.length
    const once = (): Promise<Answer> =>
      call({ base: world.base, key: customer.key, protocol: 'openai', model: 'm-first', outputMax: OUTPUT_TOKENS })
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, once))
    // On a very slow machine a race can run into the next minute, in which a limit by the minute allows another call.
    if (minuteNow() !== minute) continue
    const admitted = answers.filter(({ status }) => status === 200).length
    const rows = await until(
      () => world.operator.usage(customer.id),
      (found) => found.length >= admitted,
      5000,
    )
    const reached = world.sim.calls.length - before
    return { admitted, reached, rows: rows.length, answers, millis: answers.map((answer) => answer.millis) }
  }
}

type Judged = { readonly name: string; readonly limit: Limit; readonly seen: Seen }

function judge(context: CheckContext, { name, limit, seen }: Judged): void {
  const { admitted, reached, rows, answers } = seen
  context.expect(admitted === 1, `${name}: ${admitted} of ${answers.length} first requests were admitted`)
  context.expect(reached === 1, `${name}: ${reached} reached the upstream`)
  context.expect(rows === 1, `${name}: ${rows} usage rows`)
  const odd = answers.filter((answer) => answer.status !== 200 && errorCodeOf(answer) !== limit.refusal)
  const [first] = odd
  if (first !== undefined) context.fail(`${name}: ${odd.length} were refused otherwise, such as ${first.status} ${errorCodeOf(first)}`)
}
