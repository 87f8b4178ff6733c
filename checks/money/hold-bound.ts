import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { boundsOf } from '../../src/gateway/index.ts'
import { type DecodedCall, PROTOCOLS } from '../../src/protocols/index.ts'
import { cardOf, flatPrice, type Model, MULTIPLIER_ONE, NO_USAGE, priceOf, type Rates, type Usage } from '../../src/spec/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { type MadeRequest, makeRequest } from './request-fuzz.ts'

type Sold = Pick<Model, 'context' | 'outputMax' | 'price'>

/** What is held for a request; the real rule, or one with a mistake. */
type Holds = (call: DecodedCall, model: Sold, made: MadeRequest) => bigint

/** MON-09: whatever its provider can bill for a call is covered by what was held; and six holds with a mistake that have to be caught. */
export async function holdBound(context: CheckContext): Promise<Measured> {
  const random = seededRandom(context.seed)
  const ratios: number[] = []
  const worstRatios: number[] = []
  for (let index = 0; index < context.n; index += 1) {
    const trial = makeTrial(random)
    const held = realHold(trial.call, trial.model, trial.made)
    const problem = problemOf(trial, held)
    if (problem !== undefined) context.fail(`${problem}: ${trial.made.protocol} ${trial.made.body.toString().slice(0, 300)}`)
    const worst = priceOf(trial.model.price, worstUsage(trial))
    worstRatios.push(ratio(held, worst))
    if (index % RATIO_EVERY === 0) ratios.push(ratio(held, priceOf(trial.model.price, usualUsage(trial, random))))
    if (index % 20_000 === 19_999) context.progress(`${index + 1} requests`)
  }
  const caught = Object.entries(BROKEN).map(([name, holds]) => [name, caughtOf(holds, context.seed)] as const)
  for (const [name, count] of caught) context.expect(count > 0, `the broken hold "${name}" was not caught`)
  return {
    n: context.n,
    measured: {
      medianHoldToCost: median(ratios),
      medianHoldToWorst: median(worstRatios),
      ...Object.fromEntries(caught.map(([name, count]) => [`caught-${name}`, count])),
    },
  }
}

/** Counting a prompt takes most of the time. */
const RATIO_EVERY = 10
const CONTROL_REQUESTS = 1500

type Trial = { readonly made: MadeRequest; readonly call: DecodedCall; readonly model: Sold }

function makeTrial(random: SeededRandom): Trial {
  const made = makeRequest(random)
  const call = PROTOCOLS[made.protocol === 'openai' ? 'openai-chat' : 'anthropic-messages'].decode(made.body)
  return { made, call, model: makeModel(random) }
}

function makeModel(random: SeededRandom): Sold {
  const rate = (): bigint => BigInt(1 + random.below(20_000)) * BigInt(10 ** random.below(7))
  const input = rate()
  // Cached tokens mostly cost less to read and more to write; operators may ask anything.
  const usual = { cacheRead: input / 10n + 1n, cacheWrite5m: (input * 5n + 3n) / 4n, cacheWrite1h: input * 2n }
  const odd = { cacheRead: rate(), cacheWrite5m: rate(), cacheWrite1h: rate() }
  const price = flatPrice({ input, output: rate(), ...(random.below(3) === 0 ? odd : usual) })
  return { context: random.pick([4096, 128_000, 200_000, 1_000_000]), outputMax: random.pick([512, 8192, 64_000]), price }
}

const realHold: Holds = (call, model) => boundsOf(call, model, MULTIPLIER_ONE).worst

/** The most tokens that the provider can bill, by what the request holds. */
function limitsOf({ made, model }: Trial): { readonly prompt: number; readonly output: number } {
  const prompt = made.isUnbounded ? model.context : Math.min(made.promptMax, model.context)
  const each = Math.min(made.outputMax ?? model.outputMax, model.outputMax)
  return { prompt, output: each * made.choices + made.outputExtra }
}

/** All of the prompt in the class that costs most of those that can be billed, and all of the output. */
function worstUsage(trial: Trial): Usage {
  const rates = ratesIn(trial)
  const { prompt, output } = limitsOf(trial)
  const classes = ['input', 'cacheRead', ...(trial.made.writesCache ? (['cacheWrite5m', 'cacheWrite1h'] as const) : [])] as const
  const dearest = classes.toSorted((a, b) => (rates[a] > rates[b] ? -1 : 1))[0] ?? 'input'
  return { ...NO_USAGE, output, [dearest]: prompt }
}

const ratesIn = ({ model }: Trial): Rates => cardOf(model.price, 0, 'standard').rates

function problemOf(trial: Trial, held: bigint): string | undefined {
  const { price } = trial.model
  const worst = worstUsage(trial)
  if (priceOf(price, worst) > held) return `${JSON.stringify(worst)} costs ${priceOf(price, worst)}, held ${held}`
  const mixed = mixedUsage(trial, worst)
  return priceOf(price, mixed) > held ? `${JSON.stringify(mixed)} costs ${priceOf(price, mixed)}, held ${held}` : undefined
}

/** The same prompt spread over the classes. */
function mixedUsage({ made }: Trial, worst: Usage): Usage {
  const prompt = worst.input + worst.cacheRead + worst.cacheWrite5m + worst.cacheWrite1h
  const part = Math.floor(prompt / 4)
  const written = made.writesCache ? part : 0
  return { ...worst, cacheRead: part, cacheWrite5m: written, cacheWrite1h: written, input: prompt - part - 2 * written }
}

/** A call as they mostly are: the prompt as it counts, some part of the output. */
function usualUsage({ call, model, made }: Trial, random: SeededRandom): Usage {
  const output = 1 + random.below(Math.min(made.outputMax ?? model.outputMax, model.outputMax))
  const input = Math.min(call.countInput(), model.context)
  return { ...NO_USAGE, input, output }
}

const ratio = (held: bigint, cost: bigint): number => Number((held * 1000n) / (cost > 0n ? cost : 1n)) / 1000

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

function caughtOf(holds: Holds, seed: number): number {
  const random = seededRandom(seed)
  let caught = 0
  for (let index = 0; index < CONTROL_REQUESTS; index += 1) {
    const trial = makeTrial(random)
    if (problemOf(trial, holds(trial.call, trial.model, trial.made)) !== undefined) caught += 1
  }
  return caught
}

/** Holds with the mistakes that this check is there to find. */
const BROKEN: Readonly<Record<string, Holds>> = {
  'one-answer-only': (call, model) => boundsOf({ ...call, choices: 1 }, model, MULTIPLIER_ONE).worst,
  'no-cache-premium': (call, model) => boundsOf({ ...call, inputClasses: ['input', 'cacheRead'] }, model, MULTIPLIER_ONE).worst,
  'characters-over-four': (call, model, { body }) =>
    boundsOf({ ...call, inputMax: Math.ceil([...body.toString()].length / 4) }, model, MULTIPLIER_ONE).worst,
  'files-by-their-bytes': (call, model, { body }) =>
    boundsOf({ ...call, inputMax: Math.min(call.inputMax, body.length + 2000) }, model, MULTIPLIER_ONE).worst,
  'no-prediction': (call, model) => boundsOf({ ...call, outputExtra: 0 }, model, MULTIPLIER_ONE).worst,
  'smaller-of-both-bounds': (call, model) =>
    boundsOf({ ...call, outputMax: Math.min(call.outputMax ?? 512, 512) }, model, MULTIPLIER_ONE).worst,
}
