import { fail } from '../failures.ts'
import type { NanoUsd } from '../lib/index.ts'
import type { DecodedCall, Protocol } from '../protocols/index.ts'
import { type Model, type ServiceTier, worstPriceOf } from '../spec/index.ts'
import type { Caller } from './callers.ts'
import type { Gateway, IndexedCatalog } from './gateway.ts'
import type { Target } from './targets.ts'

/** The bounds of what a call can use, in tokens and money. */
export type CallBounds = {
  readonly inputMax: number
  readonly outputMax: number
  /** The most the call can cost. */
  readonly worst: NanoUsd
  /** The service tier that was asked for, if it has a price. */
  readonly serviceTier: ServiceTier
}

/** Where a call can go, in order, and the bounds of what it can use. */
export type Plan = CallBounds & { readonly model: Model; readonly targets: readonly Target[] }

/**
 * Step 3, route: the model's targets that speak the caller's protocol, by priority, and the worst price.
 * Fails with model_unknown, model_not_allowed, model_unpriced, protocol_mismatch.
 */
export function route(gateway: Gateway, { call, protocol, caller }: RouteQuestion): Plan {
  const indexed = gateway.catalog ?? fail('unavailable', { seconds: 1 })
  const model = findModel(indexed, call.model)
  if (caller.models !== undefined && !caller.models.has(model.serial)) fail('model_not_allowed', { models: allowedNames(indexed, caller) })
  const targets = indexed.targets.get(model.serial) ?? []
  const speaking = targets.filter((target) => target.provider.protocol === protocol.id)
  if (speaking.length === 0) fail('protocol_mismatch', { path: targets[0]?.provider.clientPath ?? 'another path' })
  return { model, targets: speaking, ...boundsOf(call, model, caller.multiplier) }
}

/** The most tokens that a call of a model can be billed for, and the most it can cost at a caller's multiplier: what is held. */
export function boundsOf(call: DecodedCall, model: Pick<Model, 'context' | 'outputMax' | 'price'>, multiplier: number): CallBounds {
  const inputMax = Math.min(call.inputMax, model.context)
  const outputMax = Math.min(call.outputMax ?? model.outputMax, model.outputMax) * call.choices + call.outputExtra
  const { inputClasses, outputClasses, counts, serviceTier } = call
  // The upstream can serve another tier than was asked for, and charges that of the one it did.
  const serviceTiers: readonly ServiceTier[] = serviceTier === 'standard' ? ['standard'] : [serviceTier, 'standard']
  const worst = worstPriceOf(model.price, { inputMax, outputMax, inputClasses, outputClasses, counts, serviceTiers }, multiplier)
  return { inputMax, outputMax, worst, serviceTier }
}

/** A decoded call and who makes it. */
export type RouteQuestion = { readonly call: DecodedCall; readonly protocol: Protocol; readonly caller: Caller }

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
