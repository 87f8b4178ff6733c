// Guarantee: what a customer pays for a call follows the one declared rule for its end, and never exceeds what the call could cost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openaiChat, type ReplyReader } from '../protocols/index.ts'
import { providerOf } from '../providers/index.ts'
import {
  billingRuleOf,
  type CallStage,
  flatPrice,
  INPUT_CLASSES,
  inputTokensOf,
  NO_USAGE,
  OUTCOMES,
  OUTPUT_CLASSES,
  outputTokensOf,
  priceOf,
  USAGE_CLASSES,
  type Usage,
  worstPriceOf,
} from '../spec/index.ts'
import type { Leg } from './legs.ts'
import { type Measurable, measure } from './measure.ts'
import { RequestHeads } from './request-heads.ts'
import type { Plan } from './route.ts'
import type { Target } from './targets.ts'

const PRICE = flatPrice({ input: 3_000n, output: 15_001n, cacheRead: 301n, cacheWrite5m: 3_750n, cacheWrite1h: 6_000n })
const CONTEXT = 1000
const PROMPT = 11
const plan: Plan = {
  model: { serial: 1, id: 'm', context: CONTEXT, outputMax: 100, createdAt: 0, priceVersion: 1, price: PRICE, routes: [] },
  legs: [],
  inputMax: CONTEXT,
  outputMax: 100,
  readMax: CONTEXT,
  counts: { calls: 1 },
  worst: worstPriceOf(PRICE, {
    ...{ inputMax: CONTEXT, outputMax: 100, inputClasses: INPUT_CLASSES, outputClasses: OUTPUT_CLASSES, counts: {} },
    serviceTiers: ['standard'],
  }),
  serviceTier: 'standard',
}
const target: Target = {
  route: { serial: 1, upstreamSerial: 1, upstreamModel: 'up', priority: 1, cost: undefined },
  upstream: { serial: 1, id: 'u', kind: 'openai', baseUrl: 'http://127.0.0.1', placement: 'local', privacy: {} },
  provider: providerOf({ serial: 1, id: 'u', kind: 'openai', baseUrl: 'https://a.example', placement: 'local', privacy: {} }, 'up'),
  ...{ spoken: ['openai-chat'], origin: 'http://127.0.0.1', basePath: '', label: 'u', line: undefined, heads: new RequestHeads() },
}
const call = { ...openaiChat.decode(Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}')), countInput: () => PROMPT }
const leg: Leg = { target, protocol: openaiChat, call, translation: undefined }

const tokens = fc.nat({ max: 3000 })
const rarely = (max: number) => fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max }))
const usage: fc.Arbitrary<Usage> = fc.record({
  ...{ input: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens },
  ...{ output: fc.nat({ max: 300 }), reasoning: fc.constant(0), imageInput: rarely(3000), audioInput: rarely(3000) },
  ...{ imageOutput: rarely(300), audioOutput: rarely(300), embedding: fc.constant(0) },
  ...{ images: fc.constant(0), webSearches: fc.constant(0), toolCalls: fc.constant(0), calls: fc.constant(0) },
  ...{ audioSeconds: fc.constant(0), characters: fc.constant(0) },
})
type Told = { readonly usage: Usage | undefined; readonly isUsageFinal: boolean; readonly counted: number }
const told: fc.Arbitrary<Told> = fc.record({
  usage: fc.option(usage, { nil: undefined }),
  isUsageFinal: fc.boolean(),
  counted: fc.nat({ max: 300 }),
})

const readerOf = ({ usage, isUsageFinal, counted }: Told): ReplyReader => ({
  ...openaiChat.readReply({ isStream: true, removesUsage: false }),
  usage: () => usage,
  isUsageFinal: () => isUsageFinal,
  countedOutput: () => counted,
})

const openAt = (stage: CallStage, told: Told): Measurable => ({
  ...{ call, plan, leg, elapsedMs: 1_000 },
  isWithUpstream: stage !== 'unsent',
  reader: stage === 'begun' ? readerOf(told) : undefined,
})

const isPossible = (usage: Usage) => inputTokensOf(usage) <= CONTEXT && outputTokensOf(usage) <= plan.outputMax

test('cost follows the rule of the end, in every state', () => {
  fc.assert(
    fc.property(fc.constantFrom(...OUTCOMES), fc.constantFrom<CallStage>('unsent', 'sent', 'begun'), told, (outcome, stage, told) => {
      const isUsageFinal = stage === 'begun' && told.isUsageFinal && told.usage !== undefined
      const { customerPays } = billingRuleOf({ outcome, stage, isUsageFinal })
      const measured = measure(openAt(stage, told), outcome)
      const soFar = (stage === 'begun' ? told.usage : undefined) ?? { ...NO_USAGE, input: PROMPT }
      const counted = { ...soFar, output: Math.max(soFar.output, stage === 'begun' ? told.counted : 0) }
      const owed = {
        nothing: NO_USAGE,
        prompt: { ...NO_USAGE, input: PROMPT },
        reported: told.usage ?? NO_USAGE,
        ...{ counted, estimated: counted },
      }[customerPays]
      assert.ok(isPossible(measured.usage))
      assert.ok(priceOf(PRICE, measured.usage) <= plan.worst)
      if (isPossible(owed)) assert.deepEqual(measured.usage, owed)
      for (const name of USAGE_CLASSES) assert.ok(measured.usage[name] <= owed[name])
      if (inputTokensOf(owed) > CONTEXT) assert.equal(inputTokensOf(measured.usage), CONTEXT)
      if (outputTokensOf(owed) > plan.outputMax) assert.equal(outputTokensOf(measured.usage), plan.outputMax)
      assert.deepEqual(measured.reported, measured.source === 'clamped' ? owed : undefined)
      const reported = isPossible(owed) ? 'provider' : 'clamped'
      const sources = { nothing: 'none', prompt: 'counted', reported, counted: 'counted', estimated: 'counted' }
      assert.equal(measured.source, sources[customerPays])
      assert.equal(measured.isSuspect, !isPossible(owed))
    }),
    { numRuns: 5000 },
  )
})

const imageOutput = fc.nat({ max: 60 })
const audioOutput = fc.nat({ max: 60 })

test('pictures and sound that passed are charged beside the text, as far as more was counted than told', () => {
  fc.assert(
    fc.property(
      fc.option(usage, { nil: undefined }),
      fc.nat({ max: 60 }),
      fc.record({ imageOutput, audioOutput }),
      (told, counted, media) => {
        const open = openAt('begun', { usage: told, isUsageFinal: false, counted })
        const reader = { ...readerOf({ usage: told, isUsageFinal: false, counted }), countedMedia: () => media }
        const plain = measure(open, 'client-aborted').usage
        const measured = measure({ ...open, reader }, 'client-aborted').usage
        if (outputTokensOf(told ?? NO_USAGE) > plan.outputMax) return
        const all = counted + media.imageOutput + media.audioOutput
        assert.ok(outputTokensOf(measured) >= Math.min(plan.outputMax, outputTokensOf(plain)))
        assert.ok(outputTokensOf(measured) <= Math.max(outputTokensOf(plain), all))
        if (told === undefined && all <= plan.outputMax) assert.deepEqual(measured, { ...plain, ...media })
        const final = { ...reader, usage: () => told ?? NO_USAGE, isUsageFinal: () => true }
        const isReported = measure({ ...open, reader: final }, 'completed').usage
        assert.deepEqual(isReported, measure({ ...open, reader: { ...final, countedMedia: () => NO_USAGE } }, 'completed').usage)
      },
    ),
    { numRuns: 2000 },
  )
})

test('pictures that are sold by the piece have no tokens', () => {
  const price = flatPrice({ input: 1n, output: 2n, images: 40_000_000n })
  const open = openAt('begun', { usage: { ...NO_USAGE, images: 2 }, isUsageFinal: false, counted: 0 })
  const reader = { ...readerOf({ usage: { ...NO_USAGE, images: 2 }, isUsageFinal: false, counted: 0 }) }
  const counting = { ...open, reader: { ...reader, countedMedia: () => ({ imageOutput: 20, audioOutput: 0 }) } }
  assert.equal(measure(counting, 'client-aborted').usage.imageOutput, 20)
  const sold = { ...counting, plan: { ...plan, model: { ...plan.model, price } } }
  assert.deepEqual(measure(sold, 'client-aborted').usage, { ...NO_USAGE, images: 2 })
})

test('a client that leaves between two tries, when no upstream works for it, pays nothing', () => {
  const nothing = { usage: undefined, isUsageFinal: false, counted: 0 }
  assert.deepEqual(measure(openAt('unsent', nothing), 'client-aborted').usage, NO_USAGE)
  assert.deepEqual(measure(openAt('sent', nothing), 'client-aborted').usage, { ...NO_USAGE, input: PROMPT })
})

const toldOf = (usage: Partial<Usage>, more: Partial<ReplyReader> = {}): Measurable => {
  const reader = readerOf({ usage: { ...NO_USAGE, ...usage }, isUsageFinal: true, counted: 0 })
  return { ...openAt('begun', { usage: undefined, isUsageFinal: false, counted: 0 }), reader: { ...reader, ...more } }
}

test('more searches than the tools of a call may come to are cut to that, and the row says so', () => {
  const searching = { ...toldOf({ input: 5, output: 5, webSearches: 9 }), plan: { ...plan, counts: { webSearches: 2 } } }
  const { usage, source, isSuspect, reported } = measure(searching, 'completed')
  assert.deepEqual([usage.webSearches, source, isSuspect, reported?.webSearches], [2, 'clamped', true, 9])
  assert.equal(
    measure(toldOf({ input: 5, output: 5, webSearches: 9 }), 'completed').usage.webSearches,
    9,
    'what costs nothing has no bound',
  )
})

test('a tier that only the headers of a reply tell is charged, unless its body tells another', () => {
  const tier = (isUsualTier: boolean, told: ReturnType<ReplyReader['serviceTier']>) => {
    const asked: Leg = { ...leg, call: { ...call, serviceTier: 'priority' } }
    return measure({ ...toldOf({ input: 1 }, { serviceTier: () => told }), leg: asked, isUsualTier }, 'completed').serviceTier
  }
  assert.deepEqual([tier(true, undefined), tier(false, undefined), tier(true, 'priority')], ['standard', 'priority', 'priority'])
})

test('the tier that is charged is the one asked for, or the usual one when the reply tells that; never another', () => {
  const tier = (asked: 'standard' | 'flex' | 'priority', told: ReturnType<ReplyReader['serviceTier']>) =>
    measure({ ...toldOf({ input: 1 }, { serviceTier: () => told }), leg: { ...leg, call: { ...call, serviceTier: asked } } }, 'completed')
      .serviceTier
  assert.deepEqual(
    [tier('flex', 'standard'), tier('flex', 'flex'), tier('flex', 'priority'), tier('flex', undefined)],
    ['standard', 'flex', 'flex', 'flex'],
  )
  assert.deepEqual(
    [tier('standard', 'priority'), tier('standard', 'flex'), tier('priority', 'standard')],
    ['standard', 'standard', 'standard'],
  )
})
