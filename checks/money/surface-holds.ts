import { type SeededRandom, seededRandom } from '../../sim/index.ts'
import { type BoundedModel, boundsOf } from '../../src/gateway/index.ts'
import { type DecodedCall, PROTOCOLS } from '../../src/protocols/index.ts'
import { MULTIPLIER_ONE, NO_USAGE, priceOf, type Usage, type UsageClass } from '../../src/spec/index.ts'
import type { CheckContext } from '../harness/index.ts'
import { makePrice } from './price-fuzz.ts'

/** The most that a provider can bill for a request of a surface, by what the request holds and not by how we read it. */
type Made = {
  readonly id: keyof typeof PROTOCOLS
  readonly body: Buffer
  /** Tokens of the prompt: for each of its parts, of which none is longer than the context. */
  readonly prompts: readonly number[]
  readonly inputClasses: readonly UsageClass[]
  readonly outputMax: (modelMax: number) => number
  readonly outputClasses: readonly UsageClass[]
  readonly pieces: Partial<Usage>
  /** The upstream's name of the model, where something hangs on it. */
  readonly upstreamModel?: string
}

/** What is held for a call; the real rule, or one with a mistake. */
type Holds = (call: DecodedCall, model: BoundedModel) => bigint

const realHold: Holds = (call, model) => boundsOf(call, model, MULTIPLIER_ONE).worst

/** Mistakes that have to be caught. */
const BROKEN: Readonly<Record<string, Holds>> = {
  'one-answer-surface': (call, model) => realHold({ ...call, choices: 1 }, model),
  'one-prompt-surface': (call, model) => realHold({ ...call, passes: 1 }, model),
  'low-pictures-surface': (call, model) =>
    realHold(call.outputMaxFor?.('gpt-image-1') === undefined ? call : { ...call, outputMax: 408 }, model),
  'no-pieces-surface': (call, model) => realHold({ ...call, counts: {} }, model),
}
const CONTROL_REQUESTS = 2_000

/** A part of MON-09: holds of embeddings, completions, pictures and speech cover what can be billed. Returns what it measured. */
export function surfaceHolds(context: CheckContext, n: number): Readonly<Record<string, number>> {
  for (const text of problemsOf(realHold, { seed: context.seed, n })) context.fail(text)
  const caught = Object.entries(BROKEN).map(([name, holds]) => {
    const count = problemsOf(holds, { seed: context.seed, n: CONTROL_REQUESTS }).length
    context.expect(count > 0, `the broken hold "${name}" was not caught`)
    return [`caught-${name}`, count] as const
  })
  return { surfaceRequests: n, ...Object.fromEntries(caught) }
}

function problemsOf(holds: Holds, { seed, n }: { readonly seed: number; readonly n: number }): readonly string[] {
  const random = seededRandom(seed)
  const problems: string[] = []
  for (let index = 0; index < n; index += 1) {
    const made = random.pick([makeEmbedding, makeCompletion, makePictures, makeSpeech])(random)
    const model = {
      context: random.pick([16, 4096, 128_000]),
      outputMax: random.pick([1, 512, 8192]),
      price: makePrice(random, 'standard'),
      routes: [{ upstreamModel: made.upstreamModel ?? 'm' }],
    }
    const held = holds(PROTOCOLS[made.id].decode(made.body), model)
    const cost = dearest(made, model)
    if (cost > held) problems.push(`${made.id}: ${held} held, ${cost} can be billed: ${made.body.toString().slice(0, 300)}`)
  }
  return problems
}

/** Each part of the prompt and all of the answer in the class that costs most; at every length that a card can begin at. */
function dearest(made: Made, { context, outputMax, price }: BoundedModel): bigint {
  const prompt = made.prompts.reduce((sum, tokens) => sum + Math.min(tokens, context), 0)
  const lengths = new Set([prompt, ...price.flatMap(({ inputAbove }) => [inputAbove, inputAbove + 1])].filter((length) => length <= prompt))
  const output = made.outputMax(outputMax)
  let most = 0n
  for (const [read, written] of made.inputClasses.flatMap((own) => made.outputClasses.map((other) => [own, other] as const))) {
    for (const length of lengths) {
      const cost = priceOf(price, { ...NO_USAGE, ...made.pieces, calls: 1, [read]: length, [written]: output })
      if (cost > most) most = cost
    }
  }
  return most
}

const TEXTS = ['the ferry', '渡船需要四十分钟', 'ё', '\u{1F6A2}', '"\\', '\u0000', 'a'.repeat(90)] as const
const someText = (random: SeededRandom): string => Array.from({ length: 1 + random.below(6) }, () => random.pick(TEXTS)).join('')
const bytesOf = (text: string): number => Buffer.byteLength(text)

/** A prompt of any of the four forms, and the most tokens of each of its parts. */
function somePrompt(random: SeededRandom): { readonly value: unknown; readonly tokens: readonly number[] } {
  const ids = (): readonly number[] => Array.from({ length: 1 + random.below(40) }, () => random.below(200_000))
  const texts = Array.from({ length: 1 + random.below(5) }, () => someText(random))
  const lists = texts.map(ids)
  type Prompt = { readonly value: unknown; readonly tokens: readonly number[] }
  const forms: readonly [() => Prompt, ...(() => Prompt)[]] = [
    () => ({ value: texts[0], tokens: [bytesOf(texts[0] ?? '')] }),
    () => ({ value: texts, tokens: texts.map(bytesOf) }),
    () => ({ value: lists[0], tokens: [lists[0]?.length ?? 0] }),
    () => ({ value: lists, tokens: lists.map((list) => list.length) }),
  ]
  return random.pick(forms)()
}

const json = (fields: object): Buffer => Buffer.from(JSON.stringify({ model: 'm', ...fields }))

function makeEmbedding(random: SeededRandom): Made {
  const { value, tokens } = somePrompt(random)
  const body = json({ input: value, ...(random.below(2) === 0 ? { encoding_format: 'base64' } : {}) })
  return {
    id: 'openai-embeddings',
    body,
    prompts: tokens,
    inputClasses: ['embedding'],
    outputMax: () => 0,
    outputClasses: ['output'],
    pieces: {},
  }
}

function makeCompletion(random: SeededRandom): Made {
  const { value, tokens } = somePrompt(random)
  const n = 1 + random.below(4)
  const best = random.below(2) === 0 ? undefined : n + random.below(4)
  const bound = random.below(3) === 0 ? undefined : random.below(3000)
  const suffix = random.below(3) === 0 ? someText(random) : ''
  return {
    id: 'openai-completions',
    body: json({ prompt: value, n, best_of: best, max_tokens: bound, ...(suffix === '' ? {} : { suffix }), echo: random.below(2) === 0 }),
    prompts: tokens.map((count, index) => count + (index === 0 ? bytesOf(suffix) : 0)),
    inputClasses: ['input', 'cacheRead', 'cacheWrite5m'],
    outputMax: (modelMax) => Math.min(bound ?? modelMax, modelMax) * (best ?? n) * tokens.length,
    outputClasses: ['output'],
    pieces: {},
  }
}

const PICTURE_SIZES = [undefined, 'auto', '1024x1024', '1024x1536', '1536x1024', '2048x2048', ''] as const
const PICTURE_QUALITIES = [undefined, 'auto', 'low', 'medium', 'high', 'hd', 'constructor'] as const
/** What a picture comes to by OpenAI's table, and where the model may choose, by the dearest choice. */
const PUBLISHED: ReadonlyMap<string, number> = new Map(
  ['low 272 408 400', 'medium 1056 1584 1568', 'high 4160 6240 6208', 'auto 4160 6240 6208', 'undefined 4160 6240 6208'].flatMap((line) => {
    const [quality, square = '', upright = '', lying = ''] = line.split(' ')
    const bySize = { '1024x1024': square, '1024x1536': upright, '1536x1024': lying, auto: upright, undefined: upright }
    return Object.entries(bySize).map(([size, tokens]) => [`${quality} ${size}`, Number(tokens)] as const)
  }),
)

function makePictures(random: SeededRandom): Made {
  const [n, shown] = [1 + random.below(10), random.below(4)]
  const prompt = someText(random)
  const upstreamModel = random.pick(['m', 'gpt-image-1', 'gpt-image-1-2025-04-23', 'gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2'])
  const [size, quality] = [random.pick(PICTURE_SIZES), random.pick(PICTURE_QUALITIES)]
  const published =
    upstreamModel === 'gpt-image-1' || upstreamModel === 'gpt-image-1-2025-04-23' ? PUBLISHED.get(`${quality} ${size}`) : undefined
  return {
    id: 'openai-images',
    upstreamModel,
    body: json({ prompt, n, size, quality, ...(shown === 0 ? {} : { stream: true, partial_images: shown }) }),
    prompts: [bytesOf(prompt)],
    inputClasses: ['input', 'cacheRead'],
    outputMax: (modelMax) => (Math.min(published ?? modelMax, modelMax) + 100 * shown) * n,
    outputClasses: ['output', 'imageOutput'],
    pieces: { images: n },
  }
}

function makeSpeech(random: SeededRandom): Made {
  const [input, instructions] = [someText(random), someText(random)]
  return {
    id: 'openai-speech',
    body: json({ input, instructions, voice: 'alloy' }),
    prompts: [bytesOf(input) + bytesOf(instructions)],
    inputClasses: ['input'],
    outputMax: (modelMax) => modelMax,
    outputClasses: ['output', 'audioOutput'],
    pieces: { characters: [...input].length },
  }
}
