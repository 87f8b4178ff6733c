import { fail } from '../../failures.ts'
import { type DecodedCall, responseCall, SESSION_REFUSALS, transcriptCall } from '../../protocols/index.ts'
import { speaksRealtime } from '../../providers/index.ts'
import { isFreePrice, type Model } from '../../spec/index.ts'
import type { Caller } from '../callers.ts'
import type { Gateway } from '../gateway.ts'
import type { Leg } from '../legs.ts'
import { boundsOf, calledModel, type Plan } from '../route.ts'
import { type CallRules, permitted } from '../routing/index.ts'
import type { Target } from '../targets.ts'

/** Who asks for which model, and where it may be served. */
export type SessionQuestion = { readonly model: string; readonly caller: Caller } & CallRules

/**
 * The plan of one response in a session: every target that offers sessions, and the worst price. Fails with unavailable, model_unknown,
 * model_not_allowed, model_unpriced, route_not_allowed, protocol_mismatch.
 */
export function planResponse(gateway: Gateway, { model: name, caller, rules, named }: SessionQuestion): Plan {
  const { indexed, model } = calledModel(gateway, name, caller)
  const targets = permitted(indexed.targets.get(model.serial) ?? [], { rules, upstreams: caller.upstreams, now: gateway.clock.now })
  const offering = targets.filter(({ upstream }) => speaksRealtime(upstream))
  if (offering.length === 0) fail('protocol_mismatch', { path: 'another path' })
  return { ...planOf(model, { targets: offering, call: responseCall(name), caller }), named }
}

/** The same once a session is open: at the route that it is open with. Fails with unavailable too where that is no more. */
export function planNextResponse(gateway: Gateway, question: SessionQuestion, target: Target): Plan {
  const plan = planResponse(gateway, question)
  const legs = plan.legs.filter((leg) => leg.target.route.serial === target.route.serial)
  if (legs.length === 0) fail('unavailable', { seconds: 1 })
  return { ...plan, legs }
}

/**
 * The plan of one transcript, by a model that is served where the session is. Fails with unavailable, model_unknown, model_not_allowed,
 * model_unpriced, protocol_mismatch.
 */
export function planTranscript(gateway: Gateway, { model: name, caller }: SessionQuestion, session: Target): Plan {
  const { indexed, model } = calledModel(gateway, name, caller)
  const targets = (indexed.targets.get(model.serial) ?? []).filter(({ upstream }) => upstream.serial === session.upstream.serial)
  const [target] = targets
  if (target === undefined) fail('protocol_mismatch', { path: '/v1/audio/transcriptions' })
  return planOf(model, { targets: [target], call: transcriptCall(name), caller })
}

type Planned = { readonly targets: readonly Target[]; readonly call: DecodedCall; readonly caller: Caller }

function planOf(model: Model, { targets, call, caller }: Planned): Plan {
  // What a refusal of an upstream looks like is the same in all of the family's protocols.
  const legs = targets.map((target): Leg => ({ target, protocol: SESSION_REFUSALS, call, translation: undefined }))
  const bounds = boundsOf(call, { ...model, routes: targets.map(({ route }) => route) }, caller.multiplier)
  if (bounds.worst === 0n && !isFreePrice(model.price)) fail('model_unpriced')
  return { model, legs, ...bounds }
}
