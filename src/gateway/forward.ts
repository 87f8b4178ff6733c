import { setTimeout as pause } from 'node:timers/promises'
import { FailureError } from '../failures.ts'
import { isErrorTold, type Provider } from '../providers/index.ts'
import { COUNTED_CLASSES, MULTIPLIER_ONE, worstPriceOf } from '../spec/index.ts'
import { ClientGone } from './client-gone.ts'
import { sealingContainers } from './containers.ts'
import { type Dispatched, dispatch } from './dispatch.ts'
import type { Gateway } from './gateway.ts'
import type { Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import type { Plan } from './route.ts'
import { type Attempt, Itinerary, orderWays, type Stop, type Trouble, troubleOfReply, troubleOfThrown } from './routing/index.ts'
import { UpstreamReply } from './upstream-reply.ts'
import { withBytes } from './with-bytes.ts'

/** No try begins later than so many first-byte time-outs after the first did. */
const TIMEOUTS_MAX = 2

/**
 * Step 6, forward: the reply of the first target that starts to answer. Tries others, and the same again, only before a first byte.
 * Fails with upstream_failed, upstream_timeout, upstream_limited, media_unfetched; throws ClientGone.
 */
export async function forward(gateway: Gateway, open: OpenCall): Promise<UpstreamReply> {
  const startedAt = gateway.clock.monotonic()
  const itinerary = new Itinerary({
    health: gateway.health,
    ways: orderLegs(gateway, open),
    tag: open.plan.tag,
    untilMs: startedAt + TIMEOUTS_MAX * gateway.settings.firstByteMs,
  })
  let cause: unknown
  for (let stop = itinerary.next(); stop !== undefined; stop = itinerary.next()) {
    if (stop.waitMs > 0) await waitFor(open, stop.waitMs)
    const leg = stop.item.awaited === undefined ? stop.item : await withBytes(gateway, open, stop.item.awaited)
    if (open.isClientGone) throw new ClientGone()
    const hasWaited = open.tries > 0 || leg !== stop.item
    const attempt = begin(gateway, { open, leg, stop, begunAt: hasWaited ? gateway.clock.monotonic() : startedAt })
    let trouble: Trouble | undefined
    try {
      const sending = dispatch(gateway, attempt)
      if (sending !== undefined) await sending
      // Nothing stands between this wait and the reply, as each function that waits for another costs a turn of promises.
      await startOf(attempt)
      trouble = troubleOfReply(attempt.reply, leg.protocol, leg.target.provider.errorsInBody)
      cause = undefined
    } catch (thrown) {
      // What went wrong with an upload is no fault of the upstream.
      if (thrown instanceof ClientGone || thrown instanceof FailureError) throw thrown
      trouble = troubleOfThrown(thrown)
      cause = thrown
    }
    noteAccount(stop, attempt.reply)
    if (trouble === undefined) return answered(gateway, attempt)
    giveUp(attempt, trouble)
    itinerary.failed(trouble)
    // What of an upload has gone out cannot be sent again.
    if (open.exchange.upload?.isSpent === true) break
  }
  throw new FailureError(itinerary.failure(), cause)
}

function orderLegs(gateway: Gateway, { plan, call }: OpenCall): readonly Leg[] {
  const { model, legs, named, tag } = plan
  if (legs.length < 2) return legs
  return orderWays(legs, {
    ...{ strategy: model.strategy ?? 'priority', health: gateway.health, random: gateway.health.chance.random, named },
    isStream: call.isStream,
    warmRoute: tag === undefined ? undefined : gateway.affinity.find(tag),
    costOf: (leg) => costOf(leg, plan),
  })
}

/** The most that the upstream of a leg can ask of us for the call; undefined when nobody said what it asks. */
function costOf({ target, call }: Leg, { inputMax, outputMax, counts, serviceTier }: Plan): bigint | undefined {
  const { cost } = target.route
  if (cost === undefined) return undefined
  const { inputClasses, outputClasses } = call
  const pieces = Object.fromEntries(COUNTED_CLASSES.map((name) => [name, counts[name] ?? call.counts[name] ?? 0]))
  return worstPriceOf(
    cost,
    { inputMax, outputMax, inputClasses, outputClasses, counts: pieces, serviceTiers: [serviceTier] },
    MULTIPLIER_ONE,
  )
}

async function waitFor(open: OpenCall, millis: number): Promise<void> {
  const waiting = new AbortController()
  open.onAbort(() => waiting.abort())
  await pause(millis, undefined, { signal: waiting.signal }).catch(() => {
    throw new ClientGone()
  })
}

/** A try that is under way, and when it began. */
type Begun = Dispatched & { readonly made: Attempt; readonly begunAt: number }

type Chosen = { readonly open: OpenCall; readonly leg: Leg; readonly stop: Stop<Leg>; readonly begunAt: number }

function begin(gateway: Gateway, { open, leg, stop, begunAt }: Chosen): Begun {
  const onSent = (): void => {
    open.isWithUpstream = true
  }
  // An upload is with an upstream once all of it is.
  const reply = new UpstreamReply(open.exchange.upload === undefined ? onSent : () => undefined, rewritesOf(open, leg))
  const made = gateway.health.begin(leg.target.route, stop.key, open.call.isStream)
  open.leg = leg
  open.tries += 1
  open.attempt = made
  open.onAbort(() => {
    if (!reply.isOver) reply.abort(new ClientGone())
  })
  return { open, leg, key: stop.key.key, reply, onSent, made, begunAt }
}

/** Until it is known whether it is an answer: with the first byte of the body, or once enough of it is here to tell errors that stand in it. */
const startOf = ({ leg, reply }: Begun): Promise<void> =>
  leg.target.provider.errorsInBody === undefined ? reply.started : reply.begun(() => isErrorTold(reply))

function answered(gateway: Gateway, { open, leg, reply, made, begunAt }: Begun): UpstreamReply {
  const { usualTier } = leg.target.provider
  open.isUsualTier = usualTier !== undefined && String(reply.headers[usualTier.header]).toLowerCase() === usualTier.word
  const now = gateway.clock.monotonic()
  open.noteFirstByte(now)
  made.answered(reply.status < 400 ? now - begunAt : undefined, now)
  if (open.plan.tag !== undefined && reply.status < 400) gateway.affinity.note(open.plan.tag, leg.target.route.serial)
  return reply
}

function giveUp({ open, reply, made }: Begun, trouble: Trouble): void {
  made.failed(trouble)
  open.isWithUpstream = false
  reply.abort(new FailureError(trouble.told))
}

/** How replies of a leg are read that do not come as its protocol has them, or tell what is for one account alone. */
function rewritesOf({ accountId }: OpenCall, { target, call, translation }: Leg): Provider['rewrites'] {
  const { provider, upstream } = target
  if (translation !== undefined || call.tellsContainer !== true) return provider.rewrites
  return sealingContainers({ accountId, apiKey: upstream.apiKey }, provider.rewrites)
}

const ACCOUNT_NAME_MAX = 100

/** Remembers whose a key is where its upstream says so, as limits may be the account's. */
function noteAccount({ item, key }: Stop<Leg>, { headers }: UpstreamReply): void {
  const { accountHeader } = item.target.provider
  const name = accountHeader === undefined ? undefined : headers[accountHeader]
  if (typeof name === 'string' && name.length <= ACCOUNT_NAME_MAX) key.account = name
}
