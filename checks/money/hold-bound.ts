import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { type BoundedModel, boundsOf, forcedBounds } from '../../src/gateway/index.ts'
import type { DecodedCall } from '../../src/protocols/index.ts'
import { cardOf, MULTIPLIER_ONE, NO_USAGE, priceOf, type Rates, type ServiceTier, type Usage } from '../../src/spec/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { SPOKEN_PROTOCOLS } from '../streams.ts'
import { makeMultiplier, makePrice } from './price-fuzz.ts'
import { type MadeRequest, makeRequest } from './request-fuzz.ts'
import { surfaceHolds } from './surface-holds.ts'
import { translatedRequests } from './translated-request.ts'

/** A made-up call of a made-up model, and the tiers that the upstream may serve it in. */
type Trial = {
  readonly made: MadeRequest
  readonly call: DecodedCall
  readonly model: BoundedModel
  readonly multiplier: number
  readonly tiers: readonly ServiceTier[]
  /** The call as it was asked, where it is one that was translated. */
  readonly asked?: DecodedCall
}

/** What is held for a call; the real rule, or one with a mistake. */
type Holds = (trial: Trial) => bigint

/** MON-09: whatever its provider can bill for a call is covered by what was held; and holds with a mistake that have to be caught. */
export async function holdBound(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const ratios: Ratios = { all: [], counted: [], worst: [], text: [], pictures: [], unbounded: [] }
  let translated = 0
  const judge = (trial: Trial): bigint => {
    const held = realHold(trial)
    const problem = problemOf(trial, held)
    if (problem !== undefined) context.fail(`${problem}: ${trial.made.protocol} ${trial.made.body.toString().slice(0, 300)}`)
    return held
  }
  for (let index = 0; index < context.n; index += 1) {
    const trial = makeTrial(random)
    const held = judge(trial)
    ratios.worst.push(ratio(held, costliest(trial).cost))
    for (const one of index % TRANSLATED_EVERY === 0 ? translatedTrials(trial, random) : []) {
      judge(one)
      translated += 1
    }
    if (index % RATIO_EVERY === 0) noteRatios(ratios, { trial, held, random })
    if (index % 20_000 === 19_999) context.progress(`${index + 1} requests`)
  }
  const controls = controlTrials(seededRandom(context.seed))
  const caught = Object.entries(BROKEN).map(([name, holds]) => [name, caughtOf(holds, controls)] as const)
  for (const [name, count] of caught) context.expect(count > 0, `the broken hold "${name}" was not caught`)
  return {
    n: context.n,
    measured: {
      translated,
      medianHoldToCost: median(ratios.all),
      medianHoldToCostOfText: median(ratios.text),
      medianHoldToCostWithPictures: median(ratios.pictures),
      medianHoldToCostWithoutBound: median(ratios.unbounded),
      medianHoldToCostIfCounted: median(ratios.counted),
      medianHoldToWorst: median(ratios.worst),
      ...Object.fromEntries(caught.map(([name, count]) => [`caught-${name}`, count])),
      ...surfaceHolds(context, Math.ceil(context.n / 5)),
    },
  }
}

type Ratios = Readonly<Record<'all' | 'counted' | 'worst' | MadeRequest['kind'], number[]>>

/** Counting a prompt takes most of the time. */
const RATIO_EVERY = 10
/** And translating, to three other protocols, takes as long as some requests. */
const TRANSLATED_EVERY = 5
const CONTROL_REQUESTS = 3000

function makeTrial(random: SeededRandom): Trial {
  const made = makeRequest(random)
  const call = SPOKEN_PROTOCOLS[made.protocol].decode(made.body, { model: 'm', isStream: false })
  const model = {
    context: random.pick([4096, 128_000, 200_000, 1_000_000]),
    outputMax: random.pick([512, 8192, 64_000]),
    price: makePrice(random, made.serviceTier),
    routes: [{ upstreamModel: made.upstreamModel }],
  }
  return { made, call, model, multiplier: makeMultiplier(random), tiers: [...new Set([made.serviceTier, 'standard' as const])] }
}

/** The same call as it is asked of upstreams of the other protocols. */
const translatedTrials = (trial: Trial, random: SeededRandom): readonly Trial[] =>
  translatedRequests(trial.made, { model: trial.model, random }).map(({ made, call }) => ({
    ...{ ...trial, made, call, asked: trial.call },
    model: { ...trial.model, routes: [{ upstreamModel: made.upstreamModel }] },
    tiers: [...new Set([made.serviceTier, 'standard' as const])],
  }))

const realHold: Holds = ({ call, model, multiplier }) => boundsOf(call, model, multiplier).worst

type Limits = { readonly prompt: number; readonly output: number; readonly counts: Partial<Usage> }

/** The most that the provider can bill, by what the request holds and by what went out in its stead. */
function limitsOf(trial: Trial): Limits {
  const { made, model } = trial
  const sent = sentBody(trial)
  const { searches, others, rounds } = ranBy(made, sent)
  const passes = 1 + rounds
  const prompt = made.isUnbounded ? model.context * passes : Math.min(made.promptMax, model.context)
  const config = (sent['generationConfig'] ?? sent['generation_config'] ?? {}) as Sent
  const named = [sent['max_tokens'], sent['max_completion_tokens'], sent['max_output_tokens']]
  const bounds = [...named, config['maxOutputTokens'], config['max_output_tokens']].filter((bound) => typeof bound === 'number')
  // Where none is set the upstream's own bound holds, which the operator has told.
  const each = bounds.length > 0 ? Math.max(...bounds) : model.outputMax
  const counts = { calls: 1, webSearches: searches, toolCalls: others }
  return { prompt, output: each * made.choices + made.outputExtra, counts }
}

type Ran = { readonly searches: number; readonly others: number; readonly rounds: number }

/** What tools of the provider come to at most, by what went out. */
function ranBy(made: MadeRequest, sent: Sent): Ran {
  const endless = made.endlessTools > 0 ? ROUNDS : 0
  if (made.protocol === 'openai-responses') return toolCalls(sent)
  if (made.protocol !== 'anthropic') return { searches: made.searchesMax, others: made.mapsMax, rounds: endless }
  const { searches, others } = toolUses(sent)
  return { searches, others: others + made.endlessTools * ROUNDS, rounds: Math.min(Math.max(endless, searches + others), ROUNDS) }
}

/** Calls of a response's tools are bound all together; without a bound they have none. */
function toolCalls({ tools, max_tool_calls: most = Number.MAX_SAFE_INTEGER }: Sent): Ran {
  const types = (Array.isArray(tools) ? (tools as readonly Sent[]) : []).map(({ type }) => String(type))
  const hasSearch = types.some((type) => type.startsWith('web_search'))
  const hasOther = types.some((type) => type !== 'function' && !type.startsWith('web_search'))
  const calls = Number(most)
  return { searches: hasSearch ? calls : 0, others: hasOther ? calls : 0, rounds: hasSearch || hasOther ? calls : 0 }
}

/** Rounds in which an upstream runs its tools before it breaks off. */
const ROUNDS = 10

type Sent = { readonly [field: string]: unknown }

/** What goes out: to OpenAI itself, to Anthropic, or to Gemini. */
function sentBody({ made, call, model }: Trial): Sent {
  const forced = forcedBounds({ model, call, addsOutputMax: made.protocol !== 'anthropic' })
  return JSON.parse(Buffer.concat([...call.bodyFor(made.upstreamModel, forced)]).toString()) as Sent
}

function toolUses({ tools }: Sent): { readonly searches: number; readonly others: number } {
  const uses = { searches: 0, others: 0 }
  for (const tool of Array.isArray(tools) ? (tools as readonly Sent[]) : []) {
    const most = typeof tool['max_uses'] === 'number' ? tool['max_uses'] : Number.POSITIVE_INFINITY
    if (tool['name'] === 'web_search') uses.searches += most
    if (tool['name'] === 'web_fetch') uses.others += most
  }
  return uses
}

type Costliest = { readonly usage: Usage; readonly serviceTier: ServiceTier; readonly cost: bigint }

/**
 * The dearest usage that can be billed: for every tier and on every card all of the prompt and of the answer in the class that costs
 * most there. A prompt of another length than the longest may meet a dearer card.
 */
function costliest(trial: Trial): Costliest {
  const { model, multiplier, tiers, made } = trial
  const { prompt, output, counts } = limitsOf(trial)
  const lengths = [prompt, ...model.price.flatMap(({ inputAbove }) => [inputAbove, inputAbove + 1])].filter((length) => length <= prompt)
  let found: Costliest = { usage: NO_USAGE, serviceTier: 'standard', cost: -1n }
  for (const serviceTier of tiers) {
    for (const length of new Set(lengths)) {
      const { rates } = cardOf(model.price, length, serviceTier)
      const usage = { ...NO_USAGE, ...counts, [dearest(made.inputClasses, rates)]: length, ...dearestOutput(made, rates, output) }
      const cost = priceOf(model.price, usage, { serviceTier, multiplier })
      if (cost > found.cost) found = { usage, serviceTier, cost }
    }
  }
  return found
}

const dearest = <Name extends keyof Rates>(names: readonly Name[], rates: Rates): Name =>
  names.reduce((most, name) => (rates[name] > rates[most] ? name : most))

function dearestOutput({ outputClasses }: MadeRequest, rates: Rates, output: number): Partial<Usage> {
  const name = dearest([...outputClasses, 'reasoning'] as const, rates)
  return name === 'reasoning' ? { output, reasoning: output } : { [name]: output }
}

function problemOf(trial: Trial, held: bigint): string | undefined {
  const { usage, serviceTier, cost } = costliest(trial)
  if (cost > held) return `${JSON.stringify(usage)} at ${serviceTier} costs ${cost}, held ${held}`
  const mixed = mixedUsage(trial)
  const mixedCost = priceOf(trial.model.price, mixed, { serviceTier, multiplier: trial.multiplier })
  return mixedCost > held ? `${JSON.stringify(mixed)} costs ${mixedCost}, held ${held}` : undefined
}

/** All that can be billed, spread over the classes. */
function mixedUsage(trial: Trial): Usage {
  const { prompt, output, counts } = limitsOf(trial)
  const { inputClasses, outputClasses } = trial.made
  const spread = (names: readonly (keyof Usage)[], whole: number): Partial<Usage> => {
    const part = Math.floor(whole / names.length)
    return Object.fromEntries(names.map((name, index) => [name, index === 0 ? whole - part * (names.length - 1) : part]))
  }
  const made = spread(outputClasses, output)
  return { ...NO_USAGE, ...counts, ...spread(inputClasses, prompt), ...made, reasoning: Math.floor((made.output ?? 0) / 2) }
}

type Noting = { readonly trial: Trial; readonly held: bigint; readonly random: SeededRandom }

function noteRatios(ratios: Ratios, { trial, held, random }: Noting): void {
  const { call, model, multiplier, made } = trial
  const counted = call.countInput()
  const cost = priceOf(model.price, usualUsage(trial, counted, random), { serviceTier: made.serviceTier, multiplier })
  ratios.all.push(ratio(held, cost))
  ratios[made.kind].push(ratio(held, cost))
  ratios.counted.push(ratio(countedHold(trial, counted), cost))
}

/**
 * What would be held if text were bound by twice our count of its tokens. It is no bound: of a text for which the upstream's vocabulary
 * has more than twice as many tokens as ours, the house would pay what goes above. It is here to be compared, and is not what is held.
 */
function countedHold({ call, model, multiplier, made }: Trial, counted: number): bigint {
  const bound = call.inputMaxFor(made.upstreamModel)
  const inputMax = Math.min(bound, bound - call.textBytes + 2 * counted)
  return boundsOf({ ...call, inputMax, inputMaxFor: () => inputMax }, model, multiplier).worst
}

/**
 * A call as they mostly are: the prompt as it counts, files of ten pages, a minute of sound, one search, and of each answer that was asked
 * for some part of what it may have.
 */
function usualUsage({ model, made }: Trial, counted: number, random: SeededRandom): Usage {
  const output = 1 + random.below(Math.min(made.outputMax ?? model.outputMax, model.outputMax))
  const input = Math.min(counted + made.usualMedia, model.context)
  const searched = made.searchesMax > 1 || made.body.includes('web_search') ? 1 : 0
  return { ...NO_USAGE, input, output: output * made.choices, webSearches: searched, calls: 1 }
}

const ratio = (held: bigint, cost: bigint): number => Number((held * 1000n) / (cost > 0n ? cost : 1n)) / 1000

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const controlTrials = (random: SeededRandom): readonly Trial[] =>
  Array.from({ length: CONTROL_REQUESTS }, (_, index) => index).flatMap((index) => {
    const trial = makeTrial(random)
    return index % TRANSLATED_EVERY === 0 ? [trial, ...translatedTrials(trial, random)] : [trial]
  })

const caughtOf = (holds: Holds, trials: readonly Trial[]): number =>
  trials.filter((trial) => problemOf(trial, holds(trial)) !== undefined).length

/** The real rule for a call or a model that is changed. */
const holdOf = ({ call, model, multiplier }: Trial, change: Partial<DecodedCall>, price = model.price): bigint =>
  boundsOf({ ...call, ...change }, { ...model, price }, multiplier).worst

const inputAt = (inputMax: number): Partial<DecodedCall> => ({ inputMax, inputMaxFor: () => inputMax })

/** Holds with the mistakes that this check is there to find. */
const BROKEN: Readonly<Record<string, Holds>> = {
  'one-answer-only': (trial) => holdOf(trial, { choices: 1 }),
  'no-cache-premium': (trial) => holdOf(trial, { inputClasses: ['input', 'cacheRead'] }),
  'characters-over-four': (trial) => holdOf(trial, inputAt(Math.ceil([...trial.made.body.toString()].length / 4))),
  'files-by-their-bytes': (trial) => holdOf(trial, inputAt(Math.min(trial.call.inputMax, trial.made.body.length + 2000))),
  'no-prediction': (trial) => holdOf(trial, { outputExtra: 0 }),
  'smaller-of-both-bounds': (trial) => holdOf(trial, { outputMax: Math.min(trial.call.outputMax ?? 512, 512) }),
  'ignores-long-card': (trial) =>
    holdOf(
      trial,
      {},
      trial.model.price.filter(({ inputAbove }) => inputAbove === 0),
    ),
  'ignores-tier': (trial) => holdOf(trial, { serviceTier: 'standard' }),
  'tier-alone': (trial) =>
    holdOf(
      trial,
      {},
      trial.model.price.filter((card) => card.serviceTier === 'standard').map((card) => ({ ...card, rates: askedRates(trial) })),
    ),
  'ignores-searches': (trial) => holdOf(trial, { counts: { calls: 1 } }),
  'ignores-tool-calls': (trial) => holdOf(trial, { counts: { ...trial.call.counts, toolCalls: 0 } }),
  'ignores-calls': (trial) => holdOf(trial, { counts: { ...trial.call.counts, calls: 0 } }),
  'reads-once': (trial) => holdOf(trial, { passes: 1 }),
  'ignores-reasoning-rate': (trial) =>
    holdOf(
      trial,
      {},
      trial.model.price.map((card) => ({ ...card, rates: { ...card.rates, reasoning: 0n } })),
    ),
  'ignores-multiplier': ({ call, model }) => boundsOf(call, model, MULTIPLIER_ONE).worst,
  'ignores-audio': (trial) => holdOf(trial, withoutSound(trial.call)),
  'ignores-pictures': (trial) => holdOf(trial, { inputClasses: trial.call.inputClasses.filter((name) => name !== 'imageInput') }),
  'as-it-was-asked': ({ asked, call, model, multiplier }) => boundsOf(asked ?? call, model, multiplier).worst,
  'pictures-at-low': (trial) => holdOf(trial, inputAt(trial.call.inputMaxFor('gpt-4o'))),
}

const askedRates = ({ model, call }: Trial): Rates => cardOf(model.price, 0, call.serviceTier).rates

const withoutSound = ({ inputClasses, outputClasses }: DecodedCall): Partial<DecodedCall> => ({
  inputClasses: inputClasses.filter((name) => name !== 'audioInput'),
  outputClasses: outputClasses.filter((name) => name !== 'audioOutput'),
})
