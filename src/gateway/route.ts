import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'
import { type DecodedCall, type ForcedBounds, failUnpriced, type Protocol } from '../protocols/index.ts'
import {
  COUNTED_CLASSES,
  isFreePrice,
  type Model,
  type Price,
  type Route,
  type ServiceTier,
  type UsageBound,
  worstPriceOf,
} from '../spec/index.ts'
import type { Caller } from './callers.ts'
import { ownContainer } from './containers.ts'
import type { Gateway, IndexedCatalog } from './gateway.ts'
import { type AskedCall, type Leg, legsOf } from './legs.ts'
import { type CallRules, permitted } from './routing/index.ts'
import { refuseUnpricedTools } from './unpriced-tools.ts'

/** The bounds of what a call can use, in tokens and money. */
export type CallBounds = {
  readonly inputMax: number
  readonly outputMax: number
  /** The most tokens of a prompt that the model can read for this call. */
  readonly readMax: number
  /** The most of each counted class that has a price. */
  readonly counts: UsageBound['counts']
  /** The most the call can cost. */
  readonly worst: NanoUsd
  /** The service tier that was asked for, if it has a price. */
  readonly serviceTier: ServiceTier
}

/** Where a call can go, and the bounds of what it can use wherever it goes. */
export type Plan = CallBounds & {
  readonly model: Model
  /** Those that are allowed, by priority; in what order they are tried is decided when it is forwarded. */
  readonly legs: readonly Leg[]
  /** Ids of upstreams in the order in which the customer wants them tried. */
  readonly named?: readonly string[] | undefined
  /** Stands for the beginning of its prompt; undefined where nothing hangs on it. */
  readonly tag?: number | undefined
}

/**
 * Step 3, route: the model's targets that are allowed, each with the call as it is asked there, and the worst price.
 * Fails with model_unknown, model_not_allowed, model_unpriced, route_not_allowed, protocol_mismatch, translation_lossy, invalid_field for a service tier
 * or tools of the provider without a price, and as readers of requests do.
 */
export function route(gateway: Gateway, question: RouteQuestion): Plan {
  const { call, protocol, caller } = question
  const { indexed, model } = calledModel(gateway, call.model, caller)
  if (!hasTier(model.price, call.serviceTier)) refuseTier(model.price, protocol)
  const { rules, named } = question
  const targets = permitted(indexed.targets.get(model.serial) ?? [], { rules, upstreams: caller.upstreams, now: gateway.clock.now })
  const legs = withOwnContainer(question, legsOf(question, model, targets))
  refuseUnpricedTools(question.call, legs, model.price)
  const bounds = boundsOfLegs(legs, model, caller.multiplier)
  // A model that is sold by the picture is not to be had for nothing where it makes none.
  if (bounds.worst === 0n && !call.isFree && !isFreePrice(model.price)) fail('model_unpriced')
  const tag = tagOf(gateway, question, legs)
  const { inputMax, outputMax, readMax, counts, worst, serviceTier } = bounds
  return { model, legs, named, tag, inputMax, outputMax, readMax, counts, worst, serviceTier }
}

/** Of a call that goes on in a container those legs at whose upstream it is, as far as this account was told of it. */
function withOwnContainer({ call, caller }: RouteQuestion, legs: readonly Leg[]): readonly Leg[] {
  const { containerId } = call
  if (containerId === undefined) return legs
  const { accountId } = caller
  const own = legs.filter(
    ({ target, translation }) => translation !== undefined || ownContainer(containerId, { accountId, apiKey: target.upstream.apiKey }),
  )
  if (own.length === 0)
    fail('invalid_field', { field: 'container', expected: 'it must be the id of a container as an answer to this account told it' })
  return own
}

/** Only where there is a choice does it matter who has read the prompt before. */
function tagOf(gateway: Gateway, { caller, body }: RouteQuestion, legs: readonly Leg[]): number | undefined {
  const hasChoice = legs.length > 1 || legs.some(({ target }) => target.upstream.keyPool !== undefined)
  return hasChoice ? gateway.affinity.tagOf({ accountId: caller.accountId, body }) : undefined
}

/** A model by the name that a caller has for it. Fails with unavailable, model_unknown, model_unpriced, model_not_allowed. */
export function calledModel(
  gateway: Pick<Gateway, 'catalog'>,
  name: string,
  caller: Caller,
): { readonly indexed: IndexedCatalog; readonly model: Model } {
  const indexed = gateway.catalog ?? fail('unavailable', { seconds: 1 })
  const model = findModel(indexed, name)
  if (caller.models !== undefined && !caller.models.has(model.serial)) fail('model_not_allowed', { models: allowedNames(indexed, caller) })
  return { indexed, model }
}

/** The bounds that hold for every leg. */
function boundsOfLegs(legs: readonly Leg[], model: Model, multiplier: number): CallBounds {
  const [first] = legs
  if (first === undefined) return NOTHING
  if (legs.length === 1) {
    const { context, outputMax, price } = model
    return boundsOf(first.call, { context, outputMax, price, routes: [first.target.route] }, multiplier)
  }
  const byCall = Map.groupBy(legs, ({ call }) => call)
  const bounds = [...byCall].map(([call, same]) => boundsOf(call, { ...model, routes: same.map(({ target }) => target.route) }, multiplier))
  return bounds.reduce(widest)
}

/** Of an estimate of our own. */
const NOTHING: CallBounds = { inputMax: 0, outputMax: 0, readMax: 0, counts: {}, worst: 0n, serviceTier: 'standard' }

const widest = (a: CallBounds, b: CallBounds): CallBounds => ({
  inputMax: Math.max(a.inputMax, b.inputMax),
  outputMax: Math.max(a.outputMax, b.outputMax),
  readMax: Math.max(a.readMax, b.readMax),
  counts: Object.fromEntries(
    COUNTED_CLASSES.flatMap((name) => {
      const most = Math.max(a.counts[name] ?? -1, b.counts[name] ?? -1)
      return most < 0 ? [] : [[name, most]]
    }),
  ),
  worst: a.worst > b.worst ? a.worst : b.worst,
  serviceTier: a.serviceTier,
})

const hasTier = (price: Price, serviceTier: ServiceTier): boolean => price.some((card) => card.serviceTier === serviceTier)

function refuseTier(price: Price, protocol: Protocol): never {
  const words = [...protocol.serviceTiers].filter(([, serviceTier]) => hasTier(price, serviceTier))
  return failUnpriced(
    'service_tier',
    words.map(([word]) => word),
  )
}

/** What a request is made to keep to, so that the bounds hold at the upstream too. */
export function forcedBounds({ model, call, addsOutputMax, wholeOutputMax }: Forced): ForcedBounds {
  const { context } = model
  // The bound of an answer that goes on is that of all its parts together.
  const isHalved = wholeOutputMax !== undefined && !call.isStream && call.isContinued !== true
  const outputMax = isHalved ? Math.min(model.outputMax, wholeOutputMax) : model.outputMax
  // Where both may not fit, the upstream's own bound does: what is left of its context.
  return { outputMax, addsOutputMax: addsOutputMax && call.inputMax + outputMax <= context, limitsTools: true }
}

/**
 * A call of a model; `addsOutputMax`: whether the upstream takes a bound that the customer did not give; `wholeOutputMax`: the most that it makes in
 * an answer that is no stream, where that is less.
 */
type Forced = {
  readonly model: BoundedModel
  readonly call: DecodedCall
  readonly addsOutputMax: boolean
  readonly wholeOutputMax?: number | undefined
}

/** What of a model its bounds hang on. */
export type BoundedModel = Pick<Model, 'context' | 'outputMax' | 'price'> & { readonly routes: readonly Pick<Route, 'upstreamModel'>[] }

/** The most tokens that a call of a model can be billed for, and the most it can cost at a caller's multiplier: what is held. */
export function boundsOf(call: DecodedCall, model: BoundedModel, multiplier: number): CallBounds {
  const readMax = model.context * call.passes
  const inputMax = Math.min(model.routes.length === 0 ? call.inputMax : inputMaxAt(call, model), readMax)
  const outputMax = Math.min(call.outputMax ?? outputMaxAt(call, model), model.outputMax) * call.choices + call.outputExtra
  const { inputClasses, outputClasses, serviceTier } = call
  const counts = pricedCounts(countsOf(call, model), model.price)
  // The upstream can serve the usual tier instead of the one that was asked for, and charges that of the one it did.
  const serviceTiers: readonly ServiceTier[] = serviceTier === 'standard' ? STANDARD : [serviceTier, 'standard']
  const worst = worstPriceOf(model.price, { inputMax, outputMax, inputClasses, outputClasses, counts, serviceTiers }, multiplier)
  return { inputMax, outputMax, readMax, counts, worst, serviceTier }
}

const STANDARD: readonly ServiceTier[] = ['standard']

function inputMaxAt(call: DecodedCall, { routes }: BoundedModel): number {
  let most = 0
  for (const { upstreamModel } of routes) most = Math.max(most, call.inputMaxFor(upstreamModel))
  return most
}

/** What each answer can come to at the dearest of a model's routes; one that is not known can come to all that the model makes. */
const outputMaxAt = (call: DecodedCall, { routes, outputMax }: BoundedModel): number =>
  call.outputMaxFor === undefined || routes.length === 0
    ? outputMax
    : Math.max(...routes.map(({ upstreamModel }) => call.outputMaxFor?.(upstreamModel) ?? outputMax))

/** The pieces that a call can come to; how long sound is nobody can tell before, so a model's context is also the most seconds that are heard. */
const countsOf = ({ counts }: DecodedCall, { context }: BoundedModel): UsageBound['counts'] =>
  counts.audioSeconds === undefined ? counts : { ...counts, audioSeconds: Math.min(counts.audioSeconds, context) }

/** Of the counted classes those that cost something; the others need no bound. */
function pricedCounts(counts: UsageBound['counts'], price: Price): UsageBound['counts'] {
  const priced = pricedClasses.get(price) ?? notePriced(price)
  return priced.length === 0 ? NO_COUNTS : Object.fromEntries(priced.map((name) => [name, counts[name] ?? 0]))
}

function notePriced(price: Price): readonly CountedClass[] {
  const priced = COUNTED_CLASSES.filter((name) => price.some(({ rates }) => rates[name] > 0n))
  pricedClasses.set(price, priced)
  return priced
}

type CountedClass = (typeof COUNTED_CLASSES)[number]

/** The same for all calls at a price. */
const pricedClasses = new WeakMap<Price, readonly CountedClass[]>()
const NO_COUNTS: UsageBound['counts'] = {}

/** A call and who makes it. */
export type RouteQuestion = AskedCall & CallRules & { readonly caller: Caller }

function findModel(indexed: IndexedCatalog, name: string): Model {
  const model = indexed.modelById.get(name)
  if (model !== undefined) return model
  return indexed.unpriced.has(name) ? fail('model_unpriced') : fail('model_unknown')
}

const allowedNames = (indexed: IndexedCatalog, caller: Caller): string =>
  indexed.catalog.models
    .filter((model) => caller.models?.has(model.serial) === true)
    .map((model) => model.id)
    .slice(0, 50)
    .join(', ') || 'none'
