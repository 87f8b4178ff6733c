import { type FailureCode, FailureError, failure } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import type { Protocol } from '../protocols/index.ts'
import { ClientGone } from './client-gone.ts'
import type { Gateway } from './gateway.ts'
import type { Leg } from './legs.ts'
import type { OpenCall } from './open-call.ts'
import { replyTypeOf } from './reply-type.ts'
import { forcedBounds } from './route.ts'
import { UpstreamReply } from './upstream-reply.ts'

const RETRY_AFTER_SECONDS_MAX = 60
const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
/** Statuses of an upstream that say something about it, not about the customer's request. */
const ITS_OWN_STATUSES: ReadonlySet<number> = new Set([401, 402, 403, 407, 408, 429])

/**
 * Step 6, forward: the reply of the first target that starts to answer. Falls back only before a first byte.
 * Fails with upstream_failed, upstream_timeout, upstream_limited; throws ClientGone.
 */
export async function forward(gateway: Gateway, open: OpenCall): Promise<UpstreamReply> {
  let last: FailureError | undefined
  for (const leg of open.plan.legs) {
    // What of an upload has gone out cannot be sent to another.
    if (last !== undefined && open.exchange.upload?.isSpent === true) break
    const answer = await attempt(gateway, { open, leg })
    if (answer instanceof UpstreamReply) return answer
    last = answer
  }
  throw last ?? told('upstream_failed')
}

type Attempt = { readonly open: OpenCall; readonly leg: Leg }

async function attempt(gateway: Gateway, { open, leg }: Attempt): Promise<UpstreamReply | FailureError> {
  if (open.isClientGone) throw new ClientGone()
  const { upload } = open.exchange
  const onSent = (): void => {
    open.isWithUpstream = true
  }
  // An upload is with an upstream once all of it is.
  const reply = new UpstreamReply(upload === undefined ? onSent : () => undefined)
  open.leg = leg
  open.onAbort(() => reply.abort(new ClientGone()))
  try {
    await dispatch(gateway, { open, leg, reply, onSent })
    await reply.started
  } catch (thrown) {
    // What went wrong with an upload is no fault of the upstream.
    if (thrown instanceof ClientGone || thrown instanceof FailureError) throw thrown
    open.isWithUpstream = false
    return new FailureError(failure(TIMEOUT_CODES.has(errorCode(thrown)) ? 'upstream_timeout' : 'upstream_failed'), thrown)
  }
  const refusal = refusalOf(reply, leg.protocol)
  if (refusal === undefined) return reply
  open.isWithUpstream = false
  reply.abort(refusal)
  return refusal
}

type Dispatching = Attempt & { readonly reply: UpstreamReply; readonly onSent: () => void }

async function dispatch(gateway: Gateway, { open, leg, reply, onSent }: Dispatching): Promise<void> {
  const { target, protocol, call } = leg
  const { upstream, provider, route, origin, basePath } = target
  const { model } = open.plan
  const { upload, request } = open.exchange
  const { addsOutputMax, onlyOutputField, tellsUsageUnasked } = provider
  const forced = forcedBounds({ model, call, addsOutputMax, onlyOutputField, tellsUsageUnasked })
  const parts = call.bodyFor(route.upstreamModel, forced)
  const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  const body = (upload === undefined ? provider.body?.(joined) : undefined) ?? joined
  const path = basePath + provider.path(protocol, { model: route.upstreamModel, isStream: call.isStream })
  const own = {
    'content-type': 'application/json',
    ...provider.headers(upstream, request.headers, protocol.id),
    ...upload?.headersFor(body),
  }
  const signed = provider.sign?.({ host: new URL(origin).host, path, headers: own, body, now: gateway.clock.now() }, gateway.agent)
  gateway.agent.dispatch(
    {
      origin,
      path,
      method: 'POST',
      headers: {
        accept: acceptOf(leg),
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

/** Why a reply that has started is no answer for the customer; undefined when it is one, be it an error about the request. */
function refusalOf(reply: UpstreamReply, protocol: Protocol): FailureError | undefined {
  const { status, headers } = reply
  if (status === 429) return new FailureError(failure('upstream_limited', { seconds: retryAfterSeconds(headers['retry-after']) }))
  if (status === 408) return told('upstream_timeout')
  if (status < 200 || (status >= 300 && status < 400) || status >= 500 || ITS_OWN_STATUSES.has(status)) return told('upstream_failed')
  if (reply.isEmpty) return told('upstream_failed')
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return told('upstream_failed')
  return replyTypeOf(reply, protocol) === undefined ? told('upstream_failed') : undefined
}

function acceptOf({ protocol, call }: Leg): string {
  if (protocol.replyTypes !== undefined || protocol.form !== undefined) return '*/*'
  return call.isStream ? 'text/event-stream' : 'application/json'
}

const told = (code: FailureCode): FailureError => new FailureError(failure(code))

function retryAfterSeconds(header: string | string[] | undefined): number {
  const seconds = typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 5
  return Math.min(Math.max(seconds, 1), RETRY_AFTER_SECONDS_MAX)
}
