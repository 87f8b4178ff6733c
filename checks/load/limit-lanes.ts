import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, errorCodeOf } from '../calls.ts'
import type { Operator } from '../operator.ts'
import { inParallel } from '../parallel.ts'

/** Whose limits are tried. */
export const OWNERS = ['key', 'account', 'address'] as const
export type Owner = (typeof OWNERS)[number]
/** What they bound: requests and tokens of a minute, and calls at the same time. */
export type Bounded = 'requests' | 'tokens' | 'places'

/** The limits of each owner. No two are the same, so that it shows whose was reached; each has a whole part for each of four nodes, and of that part again. */
export const LIMITS: Readonly<Record<Owner, Readonly<Record<Bounded, number>>>> = {
  key: { requests: 48, tokens: 24_000, places: 16 },
  account: { requests: 64, tokens: 32_000, places: 32 },
  address: { requests: 80, tokens: 40_000, places: 48 },
}

/** The settings by which nodes bound accounts and addresses so, and believe this host who calls. */
export const limitSettings = (): Readonly<Record<string, string>> => ({
  FAREBOX_TRUSTED_PROXIES: '127.0.0.1/32',
  ...Object.fromEntries(
    (['account', 'address'] as const).flatMap((owner) => {
      const prefix = `FAREBOX_${owner === 'account' ? 'ACCOUNT' : 'IP'}`
      const { requests, tokens, places } = LIMITS[owner]
      return [
        [`${prefix}_REQUESTS_PER_MINUTE`, String(requests)],
        [`${prefix}_TOKENS_PER_MINUTE`, String(tokens)],
        [`${prefix}_CONCURRENT_CALLS`, String(places)],
      ]
    }),
  ),
})

/** Keys and addresses whose calls reach one limit of one owner and no other. */
export type Lane = {
  readonly owner: Owner
  readonly bounded: Bounded
  readonly limit: number
  readonly keys: readonly string[]
  /** Where a call comes from: always the same where addresses are bounded, else each time another. */
  readonly address: () => string
}

/** An answer to a call of a lane. Times are milliseconds since 1970. */
export type Tried = {
  readonly lane: Lane
  readonly node: number
  readonly sentAt: number
  readonly endedAt: number
  readonly answer: Answer
  readonly code: string
}

const CREDIT = '10000.00'
const KEYS = 4
const AT_ONCE = 12
const TRIES_MAX = 10
/** Output tokens of a call that is to reach a limit of tokens before one of requests, which its hold has beside those of its input. */
const MANY_TOKENS = 600

const anyAddress = (): string => `10.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`

/** Makes who calls in a lane: one key with limits, one account with several keys, or several accounts that call from one address. */
export async function openLane(operator: Operator, owner: Owner, bounded: Bounded): Promise<Lane> {
  const { requests, tokens, places } = LIMITS.key
  const limits = { requests_per_minute: requests, tokens_per_minute: tokens, concurrent_calls: places }
  const here = anyAddress()
  const lane = { owner, bounded, limit: LIMITS[owner][bounded], address: owner === 'address' ? () => here : anyAddress }
  if (owner === 'key') return { ...lane, keys: [(await patiently(() => operator.customer(CREDIT, { limits }))).key] }
  const count = owner === 'account' ? 1 : KEYS
  const customers = await inParallel(Array.from({ length: count }), KEYS, () => patiently(() => operator.customer(CREDIT)))
  const [first] = customers
  if (owner === 'address' || first === undefined) return { ...lane, keys: customers.map(({ key }) => key) }
  const more = await inParallel(Array.from({ length: KEYS - 1 }), KEYS, async () => {
    const minted = await patiently(() => operator.ask('POST', `/accounts/${first.id}/keys`, { name: 'lane' }))
    return (minted as { secret: string }).secret
  })
  return { ...lane, keys: [first.key, ...more] }
}

/** What an operator asks is asked again where a node had too much to do. */
async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (let left = TRIES_MAX; ; left -= 1) {
    try {
      return await ask()
    } catch (thrown) {
      if (left === 0 || !String(thrown).includes(' answered 503 ')) throw thrown
      await sleep(1_000)
    }
  }
}

/** Calls so often over the nodes in turn, a dozen at a time. */
export function callLane(bases: readonly string[], lane: Lane, times: number): Promise<readonly Tried[]> {
  return inParallel(Array.from({ length: times }), AT_ONCE, (_, index) => callOnce(bases, lane, index))
}

/** One call of a lane, of the node that is its turn. */
export async function callOnce(bases: readonly string[], lane: Lane, turn: number): Promise<Tried> {
  const node = turn % bases.length
  const sentAt = Date.now()
  const answer = await call({ ...planOf(bases, lane, turn), ...(lane.bounded === 'tokens' && { model: 'm-exact' }) })
  return { lane, node, sentAt, endedAt: Date.now(), answer, code: errorCodeOf(answer) }
}

const planOf = (bases: readonly string[], lane: Lane, turn: number) => ({
  base: bases[turn % bases.length] ?? '',
  // Nodes and keys do not go in step.
  key: lane.keys[Math.floor(turn / bases.length) % lane.keys.length] ?? '',
  protocol: 'openai' as const,
  outputMax: lane.bounded === 'tokens' ? MANY_TOKENS : 1,
  headers: { 'x-forwarded-for': lane.address() },
})

/** What answers of a minute took of a lane's limit: requests, or the tokens that their usage tells. */
export function takenOf({ bounded }: Lane, tried: readonly Tried[]): number {
  const served = tried.filter(({ answer }) => answer.status === 200)
  if (bounded !== 'tokens') return served.length
  return served.reduce((sum, { answer }) => sum + tokensIn(answer), 0)
}

function tokensIn(answer: Answer): number {
  const { usage } = JSON.parse(answer.body.toString()) as { usage: { total_tokens: number } }
  return usage.total_tokens
}

/** What came of calls that were opened at the same time: those that are open, and refusals. */
export type Opened = { readonly open: number; readonly refused: readonly Tried[]; readonly end: () => Promise<void> }

/** Opens so many streams at once over the nodes in turn, and keeps those open that begin, until `end`. */
export async function openStreams(bases: readonly string[], lane: Lane, count: number): Promise<Opened> {
  const end = new AbortController()
  const running: Promise<Answer>[] = []
  const begun = Array.from({ length: count }, async (_, index) => {
    const sentAt = Date.now()
    const { promise: first, resolve } = Promise.withResolvers<undefined>()
    const shallAbort = (): boolean => {
      resolve(undefined)
      return false
    }
    const plan = { ...planOf(bases, lane, index), model: 'm-long', isStream: true, outputMax: 400, signal: end.signal }
    const answer = call({ ...plan, shallAbort })
    running.push(answer)
    const ended = await Promise.race([first, answer])
    // The first bytes of a refusal are its last.
    const refused = ended ?? (await Promise.race([answer, sleep(1_000, undefined)]))
    if (refused === undefined) return undefined
    return { lane, node: index % bases.length, sentAt, endedAt: Date.now(), answer: refused, code: errorCodeOf(refused) }
  })
  const told = await Promise.all(begun)
  const refused = told.filter((one) => one !== undefined)
  return {
    refused,
    open: count - refused.length,
    end: async () => {
      end.abort()
      await Promise.all(running)
    },
  }
}
