import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { fail } from '../failures.ts'
import type { ForcedBounds } from '../protocols/index.ts'
import { NO_WISHES, pricedWishes } from '../providers/index.ts'
import type { Upstream } from '../spec/index.ts'
import { ownContainer } from './containers.ts'
import type { Gateway } from './gateway.ts'
import type { Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import { pseudonymOf } from './pseudonym.ts'
import { forcedBounds } from './route.ts'
import { type RequestHead, requestHead } from './upstream-client/index.ts'
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
  const { open, leg } = dispatched
  const { provider, route } = leg.target
  const { upload, request } = open.exchange
  const client = pricedWishes(request.headers, open.plan.model)
  const parts = leg.call.bodyFor(route.upstreamModel, forcedFor(open, leg))
  const pieces = upload === undefined && provider.body !== undefined ? [provider.body(joined(parts), client)] : parts
  if (upload !== undefined || provider.sign !== undefined) return sendAnew(gateway, dispatched, { client, pieces })
  send(gateway, dispatched, { head: headOf(dispatched, client), pieces })
  return undefined
}

/** What the request is made to keep to at the upstream of a leg, and what stands there in place of names that are the customer's own. */
function forcedFor({ accountId, plan }: OpenCall, { target, call }: Leg): ForcedBounds {
  const { provider, route, upstream } = target
  const wholeOutputMax = provider.wholeOutputMax?.(route.upstreamModel)
  const { outputMax, addsOutputMax, limitsTools } = forcedBounds({
    model: plan.model,
    call,
    addsOutputMax: provider.addsOutputMax,
    wholeOutputMax,
  })
  return {
    outputMax,
    addsOutputMax,
    limitsTools,
    onlyOutputField: provider.onlyOutputField,
    tellsUsageUnasked: provider.tellsUsageUnasked,
    pseudonymOf: (name) => pseudonymOf({ accountId, upstreamId: upstream.id, name }),
    containerOf: (id) => ownContainer(id, { accountId, apiKey: upstream.apiKey }) ?? fail('internal'),
  }
}

/** The head of a request: the one that is known, where nothing of it is the customer's. */
function headOf({ leg, key }: Dispatched, client: IncomingHttpHeaders): RequestHead {
  const { heads, origin } = leg.target
  const known = client === NO_WISHES ? heads.find(key, leg) : undefined
  if (known !== undefined) return known
  const headers = { ...commonHeaders(leg), ...ownHeaders(leg, key, client) }
  const head = requestHead({ origin, path: pathOf(leg), headers })
  if (client === NO_WISHES) heads.keep(key, leg, head)
  return head
}

type Unsigned = { readonly client: IncomingHttpHeaders; readonly pieces: readonly Buffer[] }

/** Sends what has a head of its own: an upload, or a request that is signed. */
function sendAnew(gateway: Gateway, dispatched: Dispatched, { client, pieces }: Unsigned): Promise<void> | undefined {
  const { open, leg, key } = dispatched
  const { provider, origin } = leg.target
  const { upload } = open.exchange
  const path = pathOf(leg)
  const own = { ...ownHeaders(leg, key, client), ...upload?.headersFor(joined(pieces)) }
  const sendSigned = (signed?: Readonly<Record<string, string>>): undefined => {
    const headers = { ...commonHeaders(leg), ...own, ...signed }
    if (upload === undefined) send(gateway, dispatched, { head: requestHead({ origin, path, headers }), pieces })
    else sendUpload(gateway, dispatched, { path, headers, body: upload.send(joined(pieces), dispatched.onSent) })
  }
  if (provider.sign === undefined) return sendSigned()
  const unsigned = { host: new URL(origin).host, path, headers: own, body: joined(pieces), now: gateway.clock.now() }
  const signed = provider.sign(unsigned, gateway.agent)
  return signed instanceof Promise ? signed.then(sendSigned) : sendSigned(signed)
}

function pathOf({ target, protocol, call }: Leg): string {
  const { basePath, provider, route } = target
  return basePath + provider.path(protocol, { model: route.upstreamModel, isStream: call.isStream })
}

const commonHeaders = (leg: Leg) => ({ accept: acceptOf(leg), 'accept-encoding': 'identity', 'user-agent': 'farebox' })

function acceptOf({ protocol, call }: Leg): string {
  if (protocol.replyTypes !== undefined || protocol.form !== undefined) return '*/*'
  return call.isStream ? 'text/event-stream' : 'application/json'
}

const ownHeaders = ({ target, protocol }: Leg, key: string | undefined, client: IncomingHttpHeaders) => ({
  'content-type': 'application/json',
  ...target.provider.headers(withKey(target.upstream, key), client, protocol.id),
})

/** An upstream as it is called with one key of its pool. */
const withKey = (upstream: Upstream, key: string | undefined): Upstream =>
  key === upstream.apiKey || key === undefined ? upstream : { ...upstream, apiKey: key }

type Whole = { readonly head: RequestHead; readonly pieces: readonly Buffer[] }

function send(gateway: Gateway, { leg, reply }: Dispatched, { head, pieces }: Whole): void {
  const { idleMs } = gateway.settings
  const { isStream } = leg.call
  gateway.upstreams.dispatch({ head, body: pieces, isStream, firstByteMs: firstByteMsOf(gateway, leg), idleMs }, reply)
}

type Spelled = { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: Readable }

function sendUpload(gateway: Gateway, { leg, reply }: Dispatched, spelled: Spelled): void {
  const { origin } = leg.target
  const times = { headersTimeout: firstByteMsOf(gateway, leg), bodyTimeout: gateway.settings.idleMs }
  gateway.agent.dispatch({ origin, method: 'POST', ...spelled, ...times }, reply)
}

const firstByteMsOf = ({ settings }: Gateway, { call }: Leg): number => (call.isStream ? settings.firstByteMs : settings.wholeAnswerMs)

/** Pieces of a body as one; the one that there is, where there is one. */
const joined = (pieces: readonly Buffer[]): Buffer => (pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces))
