import { fail } from '../failures.ts'
import { pricedWishes } from '../providers/index.ts'
import type { Upstream } from '../spec/index.ts'
import { ownContainer } from './containers.ts'
import type { Gateway } from './gateway.ts'
import type { Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import { pseudonymOf } from './pseudonym.ts'
import { forcedBounds } from './route.ts'
import type { UpstreamReply } from './upstream-reply.ts'

/** One try of a call: with a key of its upstream, to be answered to `reply`; `onSent` is told when all of an upload has gone out. */
export type Dispatched = {
  readonly open: OpenCall
  readonly leg: Leg
  readonly key: string | undefined
  readonly reply: UpstreamReply
  readonly onSent: () => void
}

/** Sends a call to the upstream of a leg: at once, or after it was signed, where that takes its time. Rejects as signing does, before anything was sent. */
export function dispatch(gateway: Gateway, dispatched: Dispatched): Promise<void> | undefined {
  const { open, leg, key } = dispatched
  const { target, protocol, call } = leg
  const { provider, route, origin, basePath } = target
  const { upload, request } = open.exchange
  const { addsOutputMax, onlyOutputField, tellsUsageUnasked } = provider
  const renamed = (name: string): string => pseudonymOf({ accountId: open.accountId, upstreamId: target.upstream.id, name })
  const wholeOutputMax = provider.wholeOutputMax?.(route.upstreamModel)
  const bounds = forcedBounds({ model: open.plan.model, call, addsOutputMax, wholeOutputMax, onlyOutputField, tellsUsageUnasked })
  const holder = { accountId: open.accountId, apiKey: target.upstream.apiKey }
  const containerOf = (id: string): string => ownContainer(id, holder) ?? fail('internal')
  const forced = { ...bounds, pseudonymOf: renamed, containerOf }
  const parts = call.bodyFor(route.upstreamModel, forced)
  const client = pricedWishes(request.headers, open.plan.model)
  const pieces = upload === undefined && provider.body !== undefined ? [provider.body(joined(parts), client)] : parts
  const path = basePath + provider.path(protocol, { model: route.upstreamModel, isStream: call.isStream })
  const upstream = withKey(target.upstream, key)
  const own = {
    'content-type': 'application/json',
    ...provider.headers(upstream, client, protocol.id),
    ...upload?.headersFor(joined(pieces)),
  }
  const sendSigned = (signed?: Readonly<Record<string, string>>): undefined => {
    const headers = { accept: acceptOf(leg), 'accept-encoding': 'identity', 'user-agent': 'farebox', ...own, ...signed }
    send(gateway, dispatched, { path, headers, pieces })
  }
  if (provider.sign === undefined) return sendSigned()
  const unsigned = { host: new URL(origin).host, path, headers: own, body: joined(pieces), now: gateway.clock.now() }
  const signed = provider.sign(unsigned, gateway.agent)
  return signed instanceof Promise ? signed.then(sendSigned) : sendSigned(signed)
}

type Spelled = { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly pieces: readonly Buffer[] }

function send(gateway: Gateway, { open, leg, reply, onSent }: Dispatched, { path, headers, pieces }: Spelled): void {
  const { origin } = leg.target
  const { upload } = open.exchange
  const { settings } = gateway
  const { idleMs } = settings
  const firstByteMs = leg.call.isStream ? settings.firstByteMs : settings.wholeAnswerMs
  if (upload === undefined) {
    gateway.upstreams.dispatch({ origin, path, headers, body: pieces, firstByteMs, idleMs }, reply)
    return
  }
  const sent = upload.send(joined(pieces), onSent)
  gateway.agent.dispatch({ origin, path, method: 'POST', headers, body: sent, headersTimeout: firstByteMs, bodyTimeout: idleMs }, reply)
}

/** Pieces of a body as one; the one that there is, where there is one. */
const joined = (pieces: readonly Buffer[]): Buffer => (pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces))

function acceptOf({ protocol, call }: Leg): string {
  if (protocol.replyTypes !== undefined || protocol.form !== undefined) return '*/*'
  return call.isStream ? 'text/event-stream' : 'application/json'
}

/** An upstream as it is called with one key of its pool. */
const withKey = (upstream: Upstream, key: string | undefined): Upstream =>
  key === upstream.apiKey || key === undefined ? upstream : { ...upstream, apiKey: key }
