import { setTimeout as sleep } from 'node:timers/promises'
import { ANSWER_HEADERS, UPSTREAM_HEADERS } from '../../src/inventory.ts'
import { ALL_SPOKEN, type Answer, call, errorCodeOf } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'

const MARK = 'hdrcnry'
const CALLS_OF_AN_ADDRESS = 4
const AT_ONCE = 20
/** What each protocol calls a limit that is reached. */
const REFUSED: ReadonlySet<string> = new Set(['concurrency_limited', 'rate_limit_error', 'RESOURCE_EXHAUSTED'])

/** Headers with which a client might speak to an upstream, to what stands between, or for somebody else. */
const SENT: readonly Readonly<Record<string, string>>[] = [
  { 'x-api-token': MARK, 'api-key': MARK, 'x-upstream-authorization': MARK, 'proxy-authorization': `Basic ${MARK}` },
  { cookie: `a=${MARK}`, 'set-cookie': `a=${MARK}`, referer: `http://${MARK}/`, origin: `http://${MARK}` },
  { 'openai-organization': MARK, 'openai-project': MARK, 'openai-beta': MARK, 'x-stainless-lang': MARK, 'user-agent': MARK },
  { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9', via: MARK, 'true-client-ip': MARK },
  { te: 'trailers', 'keep-alive': MARK, 'proxy-connection': MARK, 'x-hop': MARK, connection: 'keep-alive, x-hop' },
  { 'x-request-id': MARK, traceparent: MARK, tracestate: MARK, baggage: MARK, 'x-amzn-trace-id': MARK },
  { 'anthropic-version': `2023-06-01; ${MARK}=ü`, 'anthropic-beta': `a\u00a0${MARK}`, 'anthropic-dangerous-direct-browser-access': MARK },
  { host: `${MARK}.example`, 'x-forwarded-host': MARK, 'x-forwarded-proto': MARK, 'x-original-url': `/${MARK}` },
  { 'accept-language': MARK, dnt: '1', 'x-farebox-cost-usd': MARK, 'x-farebox-route': MARK, accept: MARK, 'accept-encoding': 'gzip' },
]

/**
 * SEC-17: of a client's headers only what is declared reaches an upstream, with the key of the house alone; of an upstream's none reach the
 * client; who a client is follows from its connection, whatever it says.
 */
export async function headerHygiene(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ env: { FAREBOX_IP_CONCURRENT_CALLS: String(CALLS_OF_AN_ADDRESS) } })
  try {
    const { key } = await world.operator.customer('1000.00')
    const sets = SENT.flatMap((headers) => ALL_SPOKEN.map((protocol) => ({ headers, protocol })))
    const trials = sets.flatMap((set) => [false, true].map((isStream) => ({ ...set, isStream })))
    for (const trial of trials) judgeAnswer(context, await call({ base: world.base, key, ...trial }))
    judgeSent(context, world)
    const spoofs = await checkSpoofs(context, world, key)
    return { n: trials.length + spoofs, measured: { sets: SENT.length, upstreamCalls: world.sim.calls.length, spoofs } }
  } finally {
    await world.stop()
  }
}

const UPSTREAMS_OWN = /__cf_bm|cloudflare|req_|org-simulated|00000000-0000-4000-8000|SIM$/

function judgeAnswer(context: CheckContext, answer: Answer): void {
  context.expect(answer.status === 200, `a call with odd headers was answered ${answer.status}`)
  for (const [name, value] of Object.entries(answer.headers)) {
    context.expect(Object.hasOwn(ANSWER_HEADERS, name), `an answer has the header ${name}, which is not declared`)
    context.expect(
      !UPSTREAMS_OWN.test(String(value)) && !String(value).includes(MARK),
      `the header ${name} of an answer is not of the house`,
    )
  }
}

function judgeSent(context: CheckContext, { sim }: World): void {
  context.expect(sim.calls.length > 0, 'blind: nothing reached the upstream')
  for (const { headersSeen } of sim.calls) {
    for (const [name, value] of Object.entries(headersSeen)) {
      context.expect(Object.hasOwn(UPSTREAM_HEADERS, name), `an upstream was sent the header ${name}, which is not declared`)
      context.expect(!value.includes(MARK) && !value.includes('203.0.113.9'), `an upstream was sent what the client said in ${name}`)
    }
    const keys = [headersSeen['authorization'], headersSeen['x-api-key'], headersSeen['x-goog-api-key']].filter(
      (value) => value !== undefined,
    )
    context.expect(/^(?:Bearer )?sk-upstream-world$/.test(keys.join()), 'an upstream was sent another key than that of the house')
  }
}

/** While an address has as many calls as it may, no header gives it one more. */
async function checkSpoofs(context: CheckContext, world: World, key: string): Promise<number> {
  world.sim.script({ fault: 'hang-mid-stream', faultAfter: 2 })
  const ending = new AbortController()
  const before = world.sim.calls.length
  const hanging = Array.from({ length: CALLS_OF_AN_ADDRESS }, () =>
    call({ base: world.base, key, protocol: 'openai', isStream: true, signal: ending.signal }),
  )
  await until(
    async () => world.sim.calls.length,
    (count) => count === before + CALLS_OF_AN_ADDRESS,
    5000,
  )
  const spoofs = Array.from({ length: context.n }, (_, index) => index)
  const answers = await inParallel(spoofs, AT_ONCE, (index) =>
    call({ base: world.base, key, protocol: ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai', headers: spoofOf(index) }),
  )
  const passed = answers.filter(({ status }) => status !== 429)
  context.expect(passed.length === 0, `${passed.length} calls passed the limit of their address by saying another`)
  const codes = new Set(answers.map((answer) => errorCodeOf(answer)))
  context.expect(
    [...codes].every((code) => REFUSED.has(code)),
    `refused as ${[...codes].join(', ')}`,
  )
  ending.abort()
  await Promise.all(hanging)
  world.sim.script({})
  await sleep(200)
  const after = await until(
    () => call({ base: world.base, key, protocol: 'openai' }),
    ({ status }) => status === 200,
    5000,
  )
  context.expect(after.status === 200, 'blind: the address is refused without calls of its own')
  return answers.length
}

function spoofOf(index: number): Readonly<Record<string, string>> {
  const address = index % 3 === 0 ? `2001:db8::${index.toString(16)}` : `198.51.${(index >> 8) & 255}.${index & 255}`
  const ways = [
    { 'x-forwarded-for': address },
    { 'x-forwarded-for': `${address}, 127.0.0.1` },
    { 'x-forwarded-for': `127.0.0.1, ${address}`, 'x-real-ip': address },
    { forwarded: `for="${address}"`, 'x-client-ip': address, 'cf-connecting-ip': address, 'true-client-ip': address },
  ]
  return ways[index % ways.length] ?? {}
}
