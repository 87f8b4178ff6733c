import { FailureError } from '../failures.ts'
import { letGo } from '../lib/index.ts'
import type { DecodedCall } from '../protocols/index.ts'
import type { Outcome } from '../spec/index.ts'
import type { Turn } from './admission.ts'
import { answerEstimate } from './answer-estimate.ts'
import type { BodyShare } from './body-budget.ts'
import type { CallRequest } from './call-request.ts'
import type { Caller } from './callers.ts'
import { ClientGone } from './client-gone.ts'
import { decodeInTurns } from './decode-in-turns.ts'
import { forward } from './forward.ts'
import type { Gateway } from './gateway.ts'
import { hold } from './hold.ts'
import { identify } from './identify.ts'
import { NOBODY, openKeyless, payForCall } from './keyless/index.ts'
import { type Exchange, OpenCall } from './open-call.ts'
import { readBody } from './read-body.ts'
import { relay } from './relay.ts'
import { failureOf, respondFailure } from './respond.ts'
import { type RouteQuestion, route } from './route.ts'
import { type CallRules, readCallRules } from './routing/index.ts'
import { saidLengthOf } from './said-length.ts'
import { Upload, type UploadRules } from './upload.ts'

/**
 * A call from its head to its settlement. Whatever happens, what was held is settled exactly once, and nothing of the content stays. `turn`: what it was
 * told where it has waited already.
 */
export async function handleCall(gateway: Gateway, exchange: Exchange, turn: Turn | undefined): Promise<void> {
  const { request, response, requestId, ipTag } = exchange
  let place = turn instanceof FailureError ? undefined : turn
  let share: BodyShare | undefined
  let open: OpenCall | undefined
  const onClose = (): void => open?.abort()
  try {
    const keyless = openKeyless(gateway, request)
    const found = keyless === undefined ? identify(gateway, request) : NOBODY
    // What is at hand is not waited for: each turn costs as much as what is done in it.
    const known = 'then' in found ? await found : found
    if (turn instanceof FailureError) throw turn
    const entered = place ?? gateway.admission.enter(known.accountId)
    place = 'then' in entered ? await entered : entered
    if (response.destroyed) throw new ClientGone()
    if (!comesWithHead(request)) gateway.admission.leaveForBody(place)
    share = gateway.bodies.open(known.accountId)
    const reading = readCall(gateway, exchange, share)
    const read = 'then' in reading ? await reading : reading
    let caller = known
    let plan = route(gateway, routeQuestion(exchange, read, caller))
    if (keyless !== undefined) {
      caller = await payForCall(gateway, exchange, { ...keyless, worst: plan.worst })
      plan = route(gateway, routeQuestion(exchange, read, caller))
    }
    const { body, call } = read
    const setLimits = (limits: Exchange['limits']): void => {
      exchange.limits = limits
    }
    const held = await hold(gateway, { caller, plan, requestId, ipTag, setLimits })
    gateway.admission.leave(place)
    open = new OpenCall(gateway, { exchange, call, plan, held })
    response.once('close', onClose)
    const estimate = plan.legs.length === 0 ? exchange.protocol.estimate?.(call) : undefined
    if (estimate !== undefined) return answerEstimate(gateway, open, estimate)
    const reply = await forward(gateway, open)
    await relay(gateway, open, reply)
    // A body goes as soon as no socket reads it: left to V8, two dozen of a megabyte have it look through all that there is.
    if (reply.isRequestOut && open.tries === 1) letGo(body, request.headBytes)
  } catch (thrown) {
    if (open !== undefined) endFailed(open, thrown)
    if (!(thrown instanceof ClientGone)) respondFailure(exchange, failureOf(thrown), gateway.clock.now())
  } finally {
    if (open !== undefined) response.removeListener('close', onClose)
    if (place !== undefined) gateway.admission.leave(place)
    share?.giveBack()
    // What the client still sends of a refused request is read away, so that the connection can carry the next one.
    if (exchange.upload === undefined) request.resume()
    else exchange.upload.close()
  }
}

/** What a client sends before it has heard anything: ten segments, by RFC 6928 §2 (2013-04), of which the head takes one. */
const FIRST_FLIGHT_BYTES = 12_000

const comesWithHead = (request: CallRequest): boolean => (saidLengthOf(request) ?? Infinity) <= FIRST_FLIGHT_BYTES

type ReadCall = { readonly body: Buffer; readonly call: DecodedCall }

/** Step 2: what is asked and how large it can get; of a form, as much as its hold needs to know. */
function readCall(gateway: Gateway, exchange: Exchange, share: BodyShare): ReadCall | Promise<ReadCall> {
  const { protocol, request } = exchange
  const { bodyBytesMax } = gateway.settings
  if (protocol.form !== undefined) return readForm(exchange, { form: protocol.form, bodyBytesMax, share })
  const body = readBody(request, { bytesMax: bodyBytesMax, share })
  return body instanceof Promise ? body.then((whole) => decoded(gateway, exchange, whole)) : decoded(gateway, exchange, body)
}

function decoded(gateway: Gateway, exchange: Exchange, body: Buffer): ReadCall | Promise<ReadCall> {
  const drop = (thrown: unknown): never => {
    letGo(body, exchange.request.headBytes)
    throw thrown
  }
  try {
    const call = decodeInTurns(gateway, exchange, body)
    return 'then' in call ? call.then((whole) => ({ body, call: whole }), drop) : { body, call }
  } catch (thrown) {
    return drop(thrown)
  }
}

async function readForm(exchange: Exchange, rules: UploadRules): Promise<ReadCall> {
  const upload = await Upload.begin(exchange.request, rules)
  exchange.upload = upload
  return { body: upload.head, call: upload.decode() }
}

/** A call as step 3 asks where it can go. */
function routeQuestion({ protocol, address, request }: Exchange, { body, call }: ReadCall, caller: Caller): RouteQuestion {
  const { rules, named } = callRulesOf(request)
  return { call, body, protocol, address, isStrict: request.headers['x-farebox-strict'] === '1', rules, named, caller }
}

/** Where a request lets its call go, worked out once where its head is kept. */
function callRulesOf({ headers, facts }: CallRequest): CallRules {
  if (facts === undefined) return readCallRules(headers)
  facts.rules ??= readCallRules(headers)
  return facts.rules
}

/** Settles a call that came to nothing, by why. */
function endFailed(open: OpenCall, thrown: unknown): void {
  open.settle(outcomeOf(open, thrown), thrown instanceof ClientGone ? 499 : failureOf(thrown).status)
  // Nobody takes what an upstream still says.
  open.abort()
}

function outcomeOf(open: OpenCall, thrown: unknown): Outcome {
  if (thrown instanceof ClientGone) return open.leg === undefined ? 'voided' : 'client-aborted'
  if (!(thrown instanceof FailureError)) return 'upstream-failed'
  // A form that turned out to be none; no upstream had it whole.
  if (!thrown.failure.code.startsWith('upstream_')) return 'voided'
  return thrown.failure.code === 'upstream_timeout' ? 'timed-out' : 'upstream-failed'
}
