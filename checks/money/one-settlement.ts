import type { SimFaultName } from '../../sim/index.ts'
import { NO_USAGE, USAGE_CLASSES, type Usage } from '../../src/spec/index.ts'
import { call, type Spoken } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { UsageRow } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startReplayUpstream } from '../replay-upstream.ts'
import { isSameUsage, type KnownStream, knownStreams } from '../streams.ts'
import { startWorld, type World } from '../world.ts'

/** Streams that go through the whole server; the others through the readers alone. */
const THROUGH_SERVER_MAX = 300
const AT_ONCE = 8

/** Ways to tell the usage more than once, or elsewhere than usual. */
const ODD_PLACES: readonly (readonly [SimFaultName, Spoken])[] = [
  ['usage-every-chunk', 'openai'],
  ['usage-in-finish', 'openai'],
  ['usage-after-done', 'openai'],
  ['duplicated-events', 'openai'],
  ['duplicated-events', 'openai-responses'],
  ['duplicated-events', 'anthropic'],
  ['message-delta-repeated', 'anthropic'],
  ['duplicated-events', 'gemini'],
  ['unknown-events', 'gemini'],
]

/** MON-12: every stream gives one settlement with the usage it truly tells, through the readers and through the server. */
export async function oneSettlement(context: CheckContext): Promise<Measured> {
  const streams = knownStreams(context.seed, context.n)
  for (const stream of streams) checkReader(context, stream)
  const isSumCaught = streams.some((stream) => stream.usage !== undefined && summedOutput(stream) !== stream.usage.output)
  context.expect(isSumCaught, 'a reader that adds up all usage frames was not caught')
  context.progress(`${streams.length} streams through the readers`)
  const served = streams.slice(0, THROUGH_SERVER_MAX)
  const replay = await startReplayUpstream(
    served.map(({ bytes }) => bytes),
    context.seed,
  )
  const world = await startWorld({
    gateways: 2,
    upstreams: [
      { id: 'replay-oai', kind: 'openai', baseUrl: `${replay.url}/v1`, protocols: ['openai-chat', 'openai-responses'] },
      { id: 'replay-ant', kind: 'anthropic', baseUrl: replay.url },
      { id: 'replay-goo', kind: 'gemini', baseUrl: replay.url },
    ],
    models: [
      ...Object.entries(REPLAY).map(([spoken, upstream]) => ({
        ...{ id: `m-replay-${spoken}`, upstream, upstreamModel: 'replay', context: 1_000_000, outputMax: 1_000_000 },
      })),
      ...ODD_PLACES.map(([fault, spoken]) => ({ ...ODD_MODEL[spoken], id: `m-${fault}-${spoken}`, upstreamModel: `sim-model!${fault}` })),
    ],
  })
  try {
    const rows = await serveAll(context, world, served)
    const odd = await serveOdd(context, world)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return {
      n: streams.length,
      measured: { throughServer: served.length, rows, oddPlaces: odd, recorded: streams.filter((stream) => stream.isRecorded).length },
    }
  } finally {
    await world.stop()
    await replay.close()
  }
}

const REPLAY: Readonly<Record<Spoken, string>> = {
  openai: 'replay-oai',
  'openai-responses': 'replay-oai',
  anthropic: 'replay-ant',
  gemini: 'replay-goo',
}
const ODD_MODEL = {
  openai: { upstream: 'oai' },
  'openai-responses': { upstream: 'oai' },
  anthropic: { upstream: 'ant' },
  gemini: { upstream: 'goo' },
} as const

/** Reads a stream to its end, as a whole. */
function checkReader(context: CheckContext, { name, protocol, bytes, usage, serviceTier, isRecorded }: KnownStream): void {
  const reader = protocol.readReply({ isStream: true, removesUsage: false })
  reader.push(Buffer.from(bytes))
  reader.end()
  context.expect(isSameUsage(reader.usage(), usage), `${name}: read ${JSON.stringify(reader.usage())}, truly ${JSON.stringify(usage)}`)
  const tier = reader.serviceTier()
  context.expect(isRecorded || tier === serviceTier, `${name}: read the tier ${tier}, truly ${serviceTier}`)
}

/** The mistake that this check is there to find: the output of every usage frame added up. */
function summedOutput({ bytes }: KnownStream): number {
  const told = [...bytes.toString('latin1').matchAll(/"(?:output_tokens|completion_tokens|candidatesTokenCount)":(\d+)/g)]
  return told.reduce((sum, [, count]) => sum + Number(count), 0)
}

async function serveAll(context: CheckContext, world: World, streams: readonly KnownStream[]): Promise<number> {
  const customer = await world.operator.customer('100000.00')
  const answers = await inParallel(streams, AT_ONCE, ({ spoken }, index) =>
    call({
      ...{ base: world.base, key: customer.key, protocol: spoken, model: `m-replay-${spoken}`, isStream: true, outputMax: 1_000_000 },
      text: `replay-${index}; please`,
    }),
  )
  const rows = await rowsOf(world, customer.id, streams.length)
  const byId = groupById(rows)
  context.expect(rows.length === streams.length, `${rows.length} usage rows for ${streams.length} calls`)
  for (const [index, stream] of streams.entries()) {
    const answer = answers[index]
    const found = byId.get(answer?.requestId ?? '') ?? []
    context.expect(answer?.status === 200, `${stream.name}: answered ${answer?.status}`)
    if (!context.expect(found.length === 1, `${stream.name}: ${found.length} usage rows`)) continue
    const wrong = stream.usage === undefined ? [] : wrongClasses(found[0], stream.usage)
    context.expect(wrong.length === 0, `${stream.name}: billed ${wrong.join(', ')}`)
  }
  return rows.length
}

async function serveOdd(context: CheckContext, world: World): Promise<number> {
  const customer = await world.operator.customer('100.00')
  for (const [fault, spoken] of ODD_PLACES) {
    const before = world.sim.calls.length
    const answer = await call({ base: world.base, key: customer.key, protocol: spoken, model: `m-${fault}-${spoken}`, isStream: true })
    const rows = await until(
      () => world.operator.usage(customer.id),
      (found) => found.some((row) => row.request_id === answer.requestId),
      3000,
    )
    const found = rows.filter((row) => row.request_id === answer.requestId)
    const truth = world.sim.calls[before]
    const expected = { ...NO_USAGE, input: truth?.truePromptTokens ?? 0, output: truth?.plannedOutputTokens ?? 0 }
    const wrong = wrongClasses(found[0], expected)
    context.expect(found.length === 1, `${fault} ${spoken}: ${found.length} usage rows`)
    context.expect(wrong.length === 0, `${fault} ${spoken}: billed ${wrong.join(', ')}`)
  }
  return ODD_PLACES.length
}

const rowsOf = (world: World, accountId: string, count: number): Promise<readonly UsageRow[]> =>
  until(
    () => world.operator.usage(accountId),
    (rows) => rows.length >= count,
    5000,
  )

function groupById(rows: readonly UsageRow[]): ReadonlyMap<string, readonly UsageRow[]> {
  return Map.groupBy(rows, (row) => row.request_id)
}

/** Classes of a row that are not what they truly are; the row shows them by their name with underscores, and zeros mostly not at all. */
function wrongClasses(row: UsageRow | undefined, truth: Usage): readonly string[] {
  const shown: Readonly<Record<string, number | undefined>> = { ...row?.tokens, ...row?.pieces }
  return USAGE_CLASSES.flatMap((name) => {
    const told = shown[SHOWN_AS[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? 0
    return told === truth[name] ? [] : [`${name} ${told}, truly ${truth[name]}`]
  })
}

const SHOWN_AS: Readonly<Record<string, string>> = {
  cacheRead: 'cached_read',
  cacheWrite5m: 'cache_write_5m',
  cacheWrite1h: 'cache_write_1h',
}
