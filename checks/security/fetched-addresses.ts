import { type SimOutside, type SimUpstream, seededRandom, startSimOutside, startSimUpstream } from '../../sim/index.ts'
import { dialPort } from '../../src/gateway/index.ts'
import { CALL_PROTOCOL_NAMES, type Catalog, flatPrice } from '../../src/spec/index.ts'
import { type Answer, call, type Spoken } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { type LoneGateway, startLoneGateway } from '../lone-gateway.ts'
import { inParallel } from '../parallel.ts'
import { ALLOWED, type Case, caseOf, type Lookups } from './address-corpus.ts'
import { PICTURE, pictureHost } from './picture-host.ts'

/** As many as a gateway fetches for at the same time, and a few less. */
const AT_ONCE = 6
/** The gateway's own bound, and what lies in buffers on the way. */
const BYTES_TAKEN_MAX = 20 * 1024 * 1024 + 16_000_000
const SLOW_MS_MAX = 10_000
const POOR = 1

/** SEC-05: addresses in requests, in every field that has them and every spelling, at hosts that lie in every way. */
export async function fetchedAddresses(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const internet = new Map<string, Lookups>()
  const lookups = new Map<string, number>()
  const host = pictureHost()
  const outside = await startSimOutside({ dialPort, answer: host.answer, addressesOf: (name) => nextLookup({ name, internet, lookups }) })
  const sim = await startSimUpstream({ keepBodies: true })
  const gateway = await startLoneGateway(catalogOf(sim.port), 20_000, { outside, refuses: ({ modelSerial }) => modelSerial === POOR })
  const world: FetchWorld = { outside, sim, gateway, internet, lookups }
  try {
    const cases = Array.from({ length: context.n }, (_, index) => caseOf(random, index))
    await checkSwitchedOff(context, world, cases.slice(0, 28))
    let fetched = 0
    await inParallel(cases, AT_ONCE, async (one, index) => {
      if (await checkCase(context, world, { one, field: FIELDS[index % FIELDS.length] ?? FIELDS[0] })) fetched += 1
      if (index % 500 === 0) context.progress(`${index} requests`)
    })
    const slowMs = await checkSlow(context, world)
    judgeDials(context, world)
    context.expect(host.seen.talkative === 0, `${host.seen.talkative} fetches said more than they had to`)
    context.expect(host.seen.bytesMost <= BYTES_TAKEN_MAX, `${host.seen.bytesMost} bytes of an endless answer were taken`)
    context.expect(fetched * 5 > cases.length, `blind: only ${fetched} of ${cases.length} were fetched`)
    const measured = { fetched, dials: outside.dialled.length, endlessBytesTaken: host.seen.bytesMost, slowMs: Math.round(slowMs) }
    return { n: cases.length, measured }
  } finally {
    await gateway.close()
    await sim.close()
    outside.close()
  }
}

type FetchWorld = {
  readonly outside: SimOutside
  readonly sim: SimUpstream
  readonly gateway: LoneGateway
  readonly internet: Map<string, Lookups>
  readonly lookups: Map<string, number>
}

type Asked = { readonly name: string } & Pick<FetchWorld, 'internet' | 'lookups'>

/** What a name server answers: what the name says of itself, by how often it was asked. */
function nextLookup({ name, internet, lookups }: Asked): readonly string[] {
  const count = lookups.get(name) ?? 0
  lookups.set(name, count + 1)
  const answers = internet.get(name) ?? []
  return answers[Math.min(count, answers.length - 1)] ?? []
}

/** A field of a request that has an address in it. */
type Field = { readonly protocol: Spoken; readonly fields: (url: string) => Readonly<Record<string, unknown>> }

const text = 'what is this'
const FIELDS: readonly [Field, ...Field[]] = [
  {
    protocol: 'openai',
    fields: (url) => ({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    }),
  },
  {
    protocol: 'openai-responses',
    fields: (url) => ({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text },
            { type: 'input_image', image_url: url },
          ],
        },
      ],
    }),
  },
  {
    protocol: 'anthropic',
    fields: (url) => ({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image', source: { type: 'url', url } },
          ],
        },
      ],
    }),
  },
  {
    protocol: 'gemini',
    fields: (url) => ({ contents: [{ role: 'user', parts: [{ text }, { fileData: { fileUri: url, mimeType: 'image/png' } }] }] }),
  },
]

/** Models by what their upstream speaks; `plain-…` at one that is not fetched for, `poor` one for which nobody has the money. */
function catalogOf(port: number): Catalog {
  const price = flatPrice({ input: 1_000_000n, output: 2_000_000n })
  const bounds = { context: 1_000_000, outputMax: 1_000, createdAt: 0, priceVersion: 1, price }
  const places = CALL_PROTOCOL_NAMES.flatMap((name) => [true, false].map((fetchesUrls) => ({ name, fetchesUrls })))
  const upstreams = places.map(({ name, fetchesUrls }, index) => ({
    ...({ serial: index + 1, id: `u${index}`, kind: KIND_OF[name], placement: 'local', privacy: {}, protocols: [name] } as const),
    ...{ baseUrl: `http://127.0.0.1:${port}${name.startsWith('openai') ? '/v1' : ''}`, apiKey: 'sk-sec-05', fetchesUrls },
  }))
  const modelOf = (id: string, at: number, serial: number) => ({
    ...{ ...bounds, serial, id },
    routes: [{ serial, upstreamSerial: at + 1, upstreamModel: 'up', priority: 1, cost: undefined }],
  })
  const models = places.map(({ name, fetchesUrls }, at) => modelOf(`${fetchesUrls ? 'bytes' : 'plain'}-${name}`, at, at + 2))
  return { version: 1, upstreams, models: [...models, modelOf('poor', 0, POOR)], unpriced: [] }
}

const KIND_OF = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'anthropic-messages': 'anthropic',
  gemini: 'gemini',
} as const

type Tried = { readonly one: Case; readonly field: Field; readonly model?: string; readonly key?: string }

async function ask({ gateway, internet, lookups }: FetchWorld, { one, field, model, key = gateway.key }: Tried): Promise<Answer> {
  internet.set(one.name, one.lookups)
  lookups.delete(one.name)
  const { protocol } = field
  return await call({
    base: gateway.base,
    key,
    protocol,
    model: model ?? 'bytes-openai-chat',
    fields: field.fields(one.url),
    millisMax: 30_000,
  })
}

/** One address at an upstream that wants bytes; tells whether it was fetched. */
async function checkCase(context: CheckContext, world: FetchWorld, { one, field }: Tried): Promise<boolean> {
  const spoken = CALL_PROTOCOL_NAMES[one.url.length % CALL_PROTOCOL_NAMES.length]
  const before = world.sim.calls.length
  const answer = await ask(world, { one, field, model: `bytes-${spoken}` })
  const said = `${one.what}, ${field.protocol} to ${spoken}: ${answer.status}`
  const body = answer.body.toString()
  if (!one.isGood) {
    context.expect(answer.status === 400 && body.includes('could not be fetched'), `${said} instead of 400`)
    context.expect(!body.includes('pictures.org'), `${said}: an address is told`)
    context.expect(
      !world.sim.calls.slice(before).some((made) => made.body?.includes(one.name) === true),
      `${said}: it went to the upstream`,
    )
    return false
  }
  context.expect(answer.status === 200, `${said} instead of 200: ${body.slice(0, 200)}`)
  context.expect((world.lookups.get(one.name) ?? 0) === 1, `${said}: looked up ${world.lookups.get(one.name)} times`)
  const sent = world.sim.calls.slice(before).map((made) => made.body?.toString() ?? '')
  context.expect(
    sent.some((each) => each.includes(PICTURE.toString('base64'))),
    `${said}: the upstream has no bytes`,
  )
  context.expect(!sent.some((each) => each.includes(one.name)), `${said}: the upstream has the address`)
  return answer.status === 200
}

/** Without the switch, a key or the money, nobody is asked for a name and nothing is dialled. */
async function checkSwitchedOff(context: CheckContext, world: FetchWorld, cases: readonly Case[]): Promise<void> {
  for (const [index, one] of cases.entries()) {
    const field = FIELDS[index % FIELDS.length] ?? FIELDS[0]
    const plain = await ask(world, { one, field, model: `plain-${CALL_PROTOCOL_NAMES[index % CALL_PROTOCOL_NAMES.length]}` })
    const poor = await ask(world, { one, field, model: 'poor' })
    const stranger = await ask(world, { one, field, key: `${world.gateway.key.slice(0, -4)}aaaa` })
    context.expect(plain.status === 200, `switched off: ${plain.status} for ${one.what}`)
    context.expect(poor.status === 402 && stranger.status === 401, `${poor.status} without money, ${stranger.status} without a key`)
    context.expect(world.lookups.size === 0 && world.outside.dialled.length === 0, `${one.what}: something was asked for`)
  }
}

/** A host that answers byte by byte is left after the time that a call has for it. */
async function checkSlow(context: CheckContext, world: FetchWorld): Promise<number> {
  const name = 'slow.pictures.org'
  const one: Case = { url: `https://${name}/dripping/0`, name, lookups: [[ALLOWED[0]]], isGood: false, what: 'dripping' }
  const begunAt = performance.now()
  await checkCase(context, world, { one, field: FIELDS[0] })
  const millis = performance.now() - begunAt
  context.expect(millis < SLOW_MS_MAX * 2, `a slow host was waited for ${Math.round(millis)} ms`)
  return millis
}

function judgeDials(context: CheckContext, { outside }: FetchWorld): void {
  const foreign = outside.dialled.filter(({ address }) => !ALLOWED.some((allowed) => allowed === address))
  context.expect(foreign.length === 0, `${foreign.length} connections to ${[...new Set(foreign.map(({ address }) => address))].join(', ')}`)
}
