import { setTimeout as pause } from 'node:timers/promises'
import { FailureError } from '../failures.ts'
import { COUNTED_CLASSES, MULTIPLIER_ONE, type Upstream, worstPriceOf } from '../spec/index.ts'
import { ClientGone } from './client-gone.ts'
import type { Gateway } from './gateway.ts'
import type { Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import { replyTypeOf } from './reply-type.ts'
import { forcedBounds, type Plan } from './route.ts'
import { Itinerary, orderWays, type Stop, type Trouble, troubleOfReply, troubleOfThrown } from './routing/index.ts'
import { UpstreamReply } from './upstream-reply.ts'

/** No try begins later than so many first-byte time-outs after the first did. */
const TIMEOUTS_MAX = 2

/**
 * Step 6, forward: the reply of the first target that starts to answer. Tries others, and the same again, only before a first byte.
 * Fails with upstream_failed, upstream_timeout, upstream_limited; throws ClientGone.
 */
export async function forward(gateway: Gateway, open: OpenCall): Promise<UpstreamReply> {
  const itinerary = new Itinerary({
    health: gateway.health,
    ways: orderLegs(gateway, open),
    tag: open.plan.tag,
    untilMs: gateway.clock.monotonic() + TIMEOUTS_MAX * gateway.settings.firstByteMs,
  })
  let cause: unknown
  let isFirst = true
  for (let stop = itinerary.next(); stop !== undefined; stop = itinerary.next()) {
    // What of an upload has gone out cannot be sent to another.
    if (!isFirst && open.exchange.upload?.isSpent === true) break
    isFirst = false
    await waitFor(open, stop.waitMs)
    const answer = await attempt(gateway, open, stop)
    if (answer instanceof UpstreamReply) return answer
    cause = answer.cause
    itinerary.failed(answer.trouble)
  }
  throw new FailureError(itinerary.failure(), cause)
}

function orderLegs(gateway: Gateway, { plan, call }: OpenCall): readonly Leg[] {
  const { model, legs, named, tag } = plan
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
  if (millis === 0) return
  const waiting = new AbortController()
  open.onAbort(() => waiting.abort())
  await pause(millis, undefined, { signal: waiting.signal }).catch(() => {
    throw new ClientGone()
  })
}

type Failed = { readonly trouble: Trouble; readonly cause: unknown }

async function attempt(gateway: Gateway, open: OpenCall, stop: Stop<Leg>): Promise<UpstreamReply | Failed> {
  if (open.isClientGone) throw new ClientGone()
  const { upload } = open.exchange
  const onSent = (): void => {
    open.isWithUpstream = true
  }
  // An upload is with an upstream once all of it is.
  const reply = new UpstreamReply(upload === undefined ? onSent : () => undefined)
  const begunAt = gateway.clock.monotonic()
  const leg = stop.item
  const made = gateway.health.begin(leg.target.route, stop.key, open.call.isStream)
  open.leg = leg
  open.attempt = made
  open.onAbort(() => reply.abort(new ClientGone()))
  let failed: Failed | undefined
  try {
    await dispatch(gateway, { open, stop, reply, onSent })
    await reply.started
    const trouble = troubleOfReply(reply, replyTypeOf(reply, leg.protocol) !== undefined)
    failed = trouble && { trouble, cause: undefined }
  } catch (thrown) {
    // What went wrong with an upload is no fault of the upstream.
    if (thrown instanceof ClientGone || thrown instanceof FailureError) {
      made.end()
      throw thrown
    }
    failed = { trouble: troubleOfThrown(thrown), cause: thrown }
  }
  noteAccount(stop, reply)
  if (failed === undefined) {
    made.answered(reply.status < 400 ? gateway.clock.monotonic() - begunAt : undefined)
    if (open.plan.tag !== undefined && reply.status < 400) gateway.affinity.note(open.plan.tag, leg.target.route.serial)
    return reply
  }
  made.failed(failed.trouble)
  open.isWithUpstream = false
  reply.abort(new FailureError(failed.trouble.told))
  return failed
}

const ACCOUNT_NAME_MAX = 100

/** Remembers whose a key is where its upstream says so, as limits may be the account's. */
function noteAccount({ item, key }: Stop<Leg>, { headers }: UpstreamReply): void {
  const { accountHeader } = item.target.provider
  const name = accountHeader === undefined ? undefined : headers[accountHeader]
  if (typeof name === 'string' && name.length <= ACCOUNT_NAME_MAX) key.account = name
}

type Dispatched = { readonly open: OpenCall; readonly stop: Stop<Leg>; readonly reply: UpstreamReply; readonly onSent: () => void }

async function dispatch(gateway: Gateway, { open, stop, reply, onSent }: Dispatched): Promise<void> {
  const { target, protocol, call } = stop.item
  const { provider, route, origin, basePath } = target
  const { model } = open.plan
  const { upload, request } = open.exchange
  const { addsOutputMax, onlyOutputField, tellsUsageUnasked } = provider
  const forced = forcedBounds({ model, call, addsOutputMax, onlyOutputField, tellsUsageUnasked })
  const parts = call.bodyFor(route.upstreamModel, forced)
  const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  const body = (upload === undefined ? provider.body?.(joined) : undefined) ?? joined
  const path = basePath + provider.path(protocol, { model: route.upstreamModel, isStream: call.isStream })
  const upstream = withKey(target.upstream, stop.key.key)
  const own = { 'content-type': 'application/json', ...provider.headers(upstream, request.headers), ...upload?.headersFor(body) }
  const signed = provider.sign?.({ host: new URL(origin).host, path, headers: own, body, now: gateway.clock.now() }, gateway.agent)
  gateway.agent.dispatch(
    {
      origin,
      path,
      method: 'POST',
      headers: {
        accept: acceptOf(stop.item),
        'accept-encoding': 'identity',
        'user-agent': 'farebox',
        ...own,
        ...(signed === undefined ? {} : await signed),
      },
      body: upload === undefined ? body : upload.send(body, onSent),
      headersTimeout: gateway.settings.firstByteMs,
      bodyTimeout: gateway.settings.idleMs,
    },
    reply,
  )
}

function acceptOf({ protocol, call }: Leg): string {
  if (protocol.replyTypes !== undefined || protocol.form !== undefined) return '*/*'
  return call.isStream ? 'text/event-stream' : 'application/json'
}

/** An upstream as it is called with one key of its pool. */
const withKey = (upstream: Upstream, key: string | undefined): Upstream =>
  key === upstream.apiKey || key === undefined ? upstream : { ...upstream, apiKey: key }
