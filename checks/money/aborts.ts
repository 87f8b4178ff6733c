import { setTimeout as sleep } from 'node:timers/promises'
import type { SimCall } from '../../sim/index.ts'
import { type NanoUsd, parseUsd } from '../../src/lib/index.ts'
import { flatPrice, NO_USAGE, priceOf } from '../../src/spec/index.ts'
import { type Answer, call, isFullAnswer, type Spoken } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { type Customer, nanoOf, type UsageRow } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'

/** Output tokens of every stream, one to a chunk, and the milliseconds between them: about what a quick model gives. */
const TOKENS = 48
const CHUNK_MS = 15
const AT_ONCE = 12
const LOSS_SHARE_MAX = 0.05
/** The status of a call whose client left. */
const LEFT = 499
const MODELS = {
  openai: 'm-slow-openai',
  'openai-responses': 'm-slow-openai',
  anthropic: 'm-slow-anthropic',
  gemini: 'm-slow-gemini',
} as const
const TURNS = ['openai', 'openai-responses', 'anthropic', 'gemini'] as const satisfies readonly Spoken[]
const nano = (usd: string): NanoUsd => parseUsd(usd) ?? 0n
const PRICE = flatPrice({ input: nano('3.00'), output: nano('15.00') })
const CHUNK_COST = priceOf(PRICE, { ...NO_USAGE, output: 1 })

/** An abort: at which chunk (0: before the first byte). */
type Abort = { readonly spoken: Spoken; readonly at: number; readonly tag: string }

/** What an abort came to: the truth of the upstream against the bill, in nano-USD. */
type Outcome = { readonly truth: NanoUsd; readonly billed: NanoUsd }

/** MON-10: the client leaves at every chunk of a stream, and before the first byte; bills against the upstream's truth. */
export async function aborts(context: CheckContext): Promise<Measured> {
  const marker = `sim-model!tokens=${TOKENS},chunk-ms=${CHUNK_MS}`
  const world = await startWorld({
    keepBodies: true,
    models: [
      { id: MODELS.openai, upstream: 'oai', upstreamModel: marker },
      { id: MODELS.anthropic, upstream: 'ant', upstreamModel: marker },
      { id: MODELS.gemini, upstream: 'goo', upstreamModel: marker },
      { id: `${MODELS.openai}-late`, upstream: 'oai', upstreamModel: `${marker},first-byte-ms=400` },
      { id: `${MODELS.anthropic}-late`, upstream: 'ant', upstreamModel: `${marker},first-byte-ms=400` },
      { id: `${MODELS.gemini}-late`, upstream: 'goo', upstreamModel: `${marker},first-byte-ms=400` },
    ],
  })
  try {
    const customer = await world.operator.customer('1000.00')
    const plans = Array.from({ length: context.n }, (_, index) => planOf(index))
    const answers = await inParallel(plans, AT_ONCE, (plan) => abortOne(world, customer, plan))
    return await weigh(context, { world, customer, plans, answers })
  } finally {
    await world.stop()
  }
}

/** Every chunk in turn, in every protocol; the last ones lie after the end of the stream, where nothing is left to break off. */
function planOf(index: number): Abort {
  const step = Math.floor(index / TURNS.length)
  return { spoken: TURNS[index % TURNS.length] ?? TURNS[0], at: (step * 7) % (TOKENS + 4), tag: `ride-${index};` }
}

async function abortOne(world: World, customer: Customer, { spoken, at, tag }: Abort): Promise<Answer> {
  const early = at === 0 ? new AbortController() : undefined
  if (early !== undefined) setTimeout(() => early.abort(), 150)
  let events = 0
  return await call({
    base: world.base,
    key: customer.key,
    protocol: spoken,
    model: at === 0 ? `${MODELS[spoken]}-late` : MODELS[spoken],
    isStream: true,
    outputMax: 2 * TOKENS,
    text: `Tell me about ${tag}`,
    ...(early === undefined ? {} : { signal: early.signal }),
    shallAbort: ({ bytes }) => {
      events += bytes.toString('latin1').split('data: ').length - 1
      return at > 0 && events >= at
    },
  })
}

type Weighing = {
  readonly world: World
  readonly customer: Customer
  readonly plans: readonly Abort[]
  readonly answers: readonly Answer[]
}

async function weigh(context: CheckContext, { world, customer, plans, answers }: Weighing): Promise<Measured> {
  await sleep(300)
  const calls = new Map(world.sim.calls.map((one) => [/ride-\d+;/.exec(String(one.body))?.[0] ?? '', one]))
  const rows = await until(
    () => world.operator.usage(customer.id),
    (found) => found.length >= calls.size,
    5000,
  )
  const { known, rest } = matchRows(rows, { plans, answers, calls })
  // A client may leave before its call has reached the upstream: such a row is there and costs nothing.
  for (const row of rest) context.expect(isUnsent(row), `a row of no call at the upstream: ${told(row)}`)
  const outcomes = plans.flatMap((plan, index) => {
    const outcome = weighOne(context, { plan, answer: answers[index], row: known.get(plan.tag), truth: calls.get(plan.tag) })
    return outcome === undefined ? [] : [outcome]
  })
  const open = await until(
    async () => world.sim.calls.filter(({ ended }) => ended === 'open').length,
    (count) => count === 0,
    5000,
  )
  context.expect(open === 0, `${open} calls are still open at the upstream`)
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
  const truth = outcomes.reduce((sum, one) => sum + one.truth, 0n)
  const loss = outcomes.reduce((sum, one) => sum + (one.truth > one.billed ? one.truth - one.billed : 0n), 0n)
  const share = Number(loss) / Math.max(1, Number(truth))
  context.expect(share <= LOSS_SHARE_MAX, `the house lost ${(share * 100).toFixed(2)} % of the true cost`)
  const over = outcomes.reduce((most, one) => (one.billed - one.truth > most ? one.billed - one.truth : most), 0n)
  return {
    n: context.n,
    measured: {
      aborted: answers.filter(({ isAborted }) => isAborted).length,
      upstreamCalls: calls.size,
      leftUnsent: rest.length,
      lossPercent: Math.round(share * 10_000) / 100,
      overchargeMaxNano: String(over),
      openAfter: open,
    },
  }
}

type Matching = Pick<Weighing, 'plans' | 'answers'> & { readonly calls: ReadonlyMap<string, SimCall> }

type Matched = { readonly known: ReadonlyMap<string, UsageRow>; readonly rest: readonly UsageRow[] }

/** Rows by tag: by request id where the client saw one; the others, aborted before the first byte, all cost the same and need no order. */
function matchRows(rows: readonly UsageRow[], { plans, answers, calls }: Matching): Matched {
  const byId = new Map(rows.map((row) => [row.request_id, row]))
  const matched = new Map<string, UsageRow>()
  const nameless: string[] = []
  for (const [index, { tag }] of plans.entries()) {
    const row = byId.get(answers[index]?.requestId ?? '')
    if (row !== undefined) {
      matched.set(tag, row)
      byId.delete(row.request_id)
    } else if (calls.has(tag)) nameless.push(tag)
  }
  const left = [...byId.values()].toSorted((a, b) => Number(isUnsent(a)) - Number(isUnsent(b)))
  for (const [index, tag] of nameless.entries()) {
    const row = left[index]
    if (row !== undefined) matched.set(tag, row)
  }
  return { known: matched, rest: left.slice(nameless.length) }
}

/** A row of a call that its client left while no upstream worked for it. */
const isUnsent = (row: UsageRow): boolean => nanoOf(row.cost) === 0n && row.status === LEFT

const told = ({ cost, outcome, status }: UsageRow): string => `cost ${cost}, ${outcome}, status ${status}`

type One = {
  readonly plan: Abort
  readonly answer: Answer | undefined
  readonly row: UsageRow | undefined
  readonly truth: SimCall | undefined
}

function weighOne(context: CheckContext, { plan, answer, row, truth }: One): Outcome | undefined {
  const named = `${plan.spoken} at ${plan.at}`
  if (truth === undefined) {
    context.expect(row === undefined || nanoOf(row.cost) === 0n, `${named}: billed without a call at the upstream`)
    return undefined
  }
  if (!context.expect(row !== undefined, `${named}: the upstream was called and nothing was billed`) || row === undefined) return undefined
  const cost = priceOf(PRICE, { ...NO_USAGE, input: truth.truePromptTokens, output: truth.trueOutputTokensSent })
  const billed = nanoOf(row.cost)
  context.expect(billed > 0n, `${named}: billed 0 though the upstream worked (${told(row)}; ${answer?.status ?? 'no answer'})`)
  context.expect(billed <= cost + CHUNK_COST, `${named}: billed ${billed}, truly ${cost} (${JSON.stringify(row.tokens)})`)
  if (answer !== undefined && isFullAnswer(answer, plan.spoken)) {
    context.expect(billed === cost, `${named}: a whole answer was billed ${billed}, truly ${cost}`)
  }
  return { truth: cost, billed }
}
