import { parseUsd } from '../../src/lib/index.ts'
import { call, type Spoken } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import type { Customer, UsageRow } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startReplayUpstream } from '../replay-upstream.ts'
import { startWorld, type World } from '../world.ts'

const CONTEXT = 10_000
const OUTPUT_MAX = 100
const AT_ONCE = 8

/** Ways to lie, in what a reply tells: more than can be read, more than can be made; and one that is honest. */
const LIES = {
  'a prompt beyond the context': { input: CONTEXT + 1, output: 5 },
  'output beyond the bound': { input: 20, output: OUTPUT_MAX + 1 },
  'both, a billion': { input: 1_000_000_000, output: 1_000_000_000 },
  honest: { input: 20, output: 5 },
} as const
type Lie = keyof typeof LIES
const KINDS = Object.keys(LIES) as readonly Lie[]
const PROTOCOLS = ['openai', 'anthropic', 'gemini'] as const

/** Tokens that nobody makes in the time that they take here, however slow the machine. */
const FAST_TOKENS = 400_000

type Trial = { readonly spoken: (typeof PROTOCOLS)[number]; readonly lie: Lie; readonly reply: Buffer }

/** MON-13: each reply tells usage that no model can have; what is charged is within what was held, the row is marked, the alarm counts it. */
export async function physicalBound(context: CheckContext): Promise<Measured> {
  const trials = Array.from({ length: context.n }, (_, index) => trialOf(index))
  const replay = await startReplayUpstream(
    trials.map(({ reply }) => reply),
    context.seed,
  )
  const world = await startWorld({
    upstreams: [
      { id: 'replay-openai', kind: 'openai', baseUrl: `${replay.url}/v1` },
      { id: 'replay-anthropic', kind: 'anthropic', baseUrl: replay.url },
      { id: 'replay-gemini', kind: 'gemini', baseUrl: replay.url },
    ],
    models: [
      ...PROTOCOLS.map((spoken) => ({
        ...{ id: `m-replay-${spoken}`, upstream: `replay-${spoken}`, upstreamModel: 'replay', context: CONTEXT, outputMax: OUTPUT_MAX },
      })),
      { id: 'm-fast', upstream: 'oai', upstreamModel: `sim-model!tokens=${FAST_TOKENS}`, context: 1_000_000, outputMax: 1_000_000 },
    ],
  })
  try {
    const customer = await world.operator.customer('100000.00')
    const flagged = (await tryLies(context, { world, customer, trials })) + (await tryFast(context, { world, customer }))
    const counted = await alarmOf(world)
    context.expect(counted === flagged, `the alarm counted ${counted} of ${flagged} suspect calls`)
    const { ok, problems } = await world.operator.verify()
    context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
    return { n: trials.length, measured: { flagged, alarm: counted, honest: trials.filter(({ lie }) => lie === 'honest').length } }
  } finally {
    await world.stop()
    await replay.close()
  }
}

function trialOf(index: number): Trial {
  const spoken = PROTOCOLS[index % PROTOCOLS.length] ?? 'openai'
  const lie = KINDS[Math.floor(index / PROTOCOLS.length) % KINDS.length] ?? 'honest'
  return { spoken, lie, reply: Buffer.from(REPLIES[spoken](LIES[lie])) }
}

type Told = { readonly input: number; readonly output: number }
const data = (value: object): string => `data: ${JSON.stringify(value)}\n\n`

const REPLIES: Readonly<Record<(typeof PROTOCOLS)[number], (told: Told) => string>> = {
  openai: ({ input, output }) =>
    [
      data({ id: 'x', model: 'replay', choices: [{ index: 0, delta: { content: 'a fare' }, finish_reason: 'stop' }] }),
      data({ id: 'x', model: 'replay', choices: [], usage: { prompt_tokens: input, completion_tokens: output } }),
      'data: [DONE]\n\n',
    ].join(''),
  anthropic: ({ input, output }) =>
    [
      { type: 'message_start', message: { id: 'x', model: 'replay', usage: { input_tokens: input, output_tokens: 1 } } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: output } },
      { type: 'message_stop' },
    ]
      .map((event) => `event: ${event.type}\n${data(event)}`)
      .join(''),
  gemini: ({ input, output }) =>
    data({
      candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'a fare' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output },
      modelVersion: 'replay',
    }),
}

type Cast = { readonly world: World; readonly customer: Customer }

async function tryLies(context: CheckContext, { world, customer, trials }: Cast & { readonly trials: readonly Trial[] }): Promise<number> {
  const answers = await inParallel(trials, AT_ONCE, ({ spoken }, index) =>
    ask(world, customer, { spoken, model: `m-replay-${spoken}`, index }),
  )
  const rows = await rowsOf(world, customer, trials.length)
  let flagged = 0
  for (const [index, { spoken, lie }] of trials.entries()) {
    const name = `${lie}, ${spoken}`
    const row = rows.find(({ request_id: id }) => id === answers[index]?.requestId)
    if (!context.expect(row !== undefined, `${name}: no row`) || row === undefined) continue
    context.expect(nano(row.cost) <= nano(row.hold), `${name}: ${row.cost} charged of ${row.hold} held`)
    context.expect(row.is_suspect === (lie !== 'honest'), `${name}: ${row.is_suspect ? 'marked' : 'not marked'}`)
    if (row.is_suspect) flagged += 1
  }
  return flagged
}

/** More tokens in a moment than any model makes. */
async function tryFast(context: CheckContext, { world, customer }: Cast): Promise<number> {
  const before = (await world.operator.usage(customer.id)).length
  const { requestId } = await call({
    ...{ base: world.base, key: customer.key, protocol: 'openai', model: 'm-fast', outputMax: 1_000_000 },
  })
  const rows = await rowsOf(world, customer, before + 1)
  const row = rows.find(({ request_id: id }) => id === requestId)
  context.expect(row?.is_suspect === true, `${row?.tokens.output} tokens at once: not marked`)
  context.expect(row !== undefined && nano(row.cost) <= nano(row.hold), 'more charged than held')
  return row?.is_suspect === true ? 1 : 0
}

type Asking = { readonly spoken: Spoken; readonly model: string; readonly index: number }

const ask = (world: World, { key }: Customer, { spoken, model, index }: Asking) =>
  call({ base: world.base, key, protocol: spoken, model, isStream: true, outputMax: OUTPUT_MAX, text: `replay-${index}; please` })

const rowsOf = (world: World, { id }: Customer, count: number): Promise<readonly UsageRow[]> =>
  until(
    () => world.operator.usage(id),
    (rows) => rows.length >= count,
    5000,
  )

const nano = (usd: string): bigint => parseUsd(usd) ?? -1n

async function alarmOf(world: World): Promise<number> {
  const text = await (await fetch(`${world.operatorBase}/metrics`)).text()
  return Number(/^farebox_usage_suspect_total (\d+)$/m.exec(text)?.[1] ?? -1)
}
