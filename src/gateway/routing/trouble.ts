import type { IncomingHttpHeaders } from 'node:http'
import { type Failure, failure } from '../../failures.ts'
import { errorCode } from '../../lib/index.ts'
import type { Protocol } from '../../protocols/index.ts'
import { type InBodyErrors, inBodyStatus, readRefusal, UpstreamTold } from '../../providers/index.ts'
import type { TroubleKind } from '../../spec/index.ts'
import { replyTypeOf } from '../reply-type.ts'
import { UPSTREAM_TIMEOUTS } from '../upstream-client/index.ts'

/**
 * Whom a trouble speaks against: the `request` alone, so that nothing is held against anybody; the `key` that was used, for this route
 * (a limit) or everywhere (a credential); all keys of the `account` at the upstream; or the `route`.
 */
export type TroubleScope = 'request' | 'key' | 'account' | 'route'

/** Why an attempt is no answer for the customer, and whom that speaks against. */
export type Trouble = {
  readonly kind: TroubleKind
  readonly scope: TroubleScope
  /** What the customer is told when nobody else answers. */
  readonly told: Failure
  /** Seconds after which the upstream wants to be asked again, within bounds; undefined when it does not say. */
  readonly retryAfterSeconds?: number
  /** Whether the same place may well answer a moment later. */
  readonly isPassing: boolean
}

/** A reply of an upstream that has started. */
export type StartedReply = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly isEmpty: boolean
  /** What has come of the body so far, up to a few kilobytes. */
  readonly beginning: () => Buffer
}

const RETRY_AFTER_SECONDS_MAX = 60
const RETRY_AFTER_SECONDS_USUAL = 5
const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  ...UPSTREAM_TIMEOUTS,
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
])
/** A connection that failed as connections do now and then. */
const PASSING_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UPSTREAM_CONNECTION_LOST', 'UND_ERR_SOCKET'])
const PASSING_STATUSES: ReadonlySet<number> = new Set([500, 502, 503, 529])

/** The trouble of an attempt that came to no reply. */
export function troubleOfThrown(thrown: unknown): Trouble {
  if (thrown instanceof UpstreamTold) return troubleOfTold(NOTHING_MORE, thrown.status)
  const code = errorCode(thrown)
  if (TIMEOUT_CODES.has(code)) return { kind: 'timeout', scope: 'route', told: failure('upstream_timeout'), isPassing: false }
  return { kind: 'connection', scope: 'route', told: failure('upstream_failed'), isPassing: PASSING_CODES.has(code) }
}

/**
 * The trouble of a reply that is no answer for the customer; undefined when it is one, be it an error about the request. That the house
 * has no money or no key there is never told as if it were the customer's. `errorsInBody`: where errors come with status 200; one about
 * the request is then no answer either.
 */
export function troubleOfReply(reply: StartedReply, protocol: Protocol, errorsInBody?: InBodyErrors): Trouble | undefined {
  const meant = errorsInBody === undefined ? undefined : inBodyStatus(reply, errorsInBody)
  if (meant !== undefined) return troubleOfTold(reply, meant)
  return troubleOfStatus(reply, reply.status) ?? (isReadable(reply, protocol) ? undefined : { ...FAILED, scope: 'route' })
}

/** The trouble of a failure that stands in a reply, by the status that it stands for. */
const troubleOfTold = (reply: Answered, status: number): Trouble =>
  troubleOfStatus(reply, status) ?? { ...FAILED, scope: 'request', told: failure('upstream_refused') }

type Answered = Pick<StartedReply, 'headers' | 'beginning'>
const NOTHING_MORE: Answered = { headers: {}, beginning: () => Buffer.alloc(0) }

const FAILED = { kind: 'malformed', told: failure('upstream_failed'), isPassing: false } as const

/** The trouble that a reply of a status speaks of; undefined for answers and for errors about the request. */
function troubleOfStatus(reply: Answered, status: number): Trouble | undefined {
  if (status < 400) return undefined
  const { headers } = reply
  const refusal = readRefusal({ status, body: reply.beginning() })
  if (refusal === 'quota') return { ...FAILED, kind: 'quota', scope: 'key' }
  if (refusal === 'credential') return { ...FAILED, kind: 'credential', scope: 'key' }
  // A request may have met it alone, so that no key rests for it.
  if (refusal === 'state') return { ...FAILED, kind: 'credential', scope: 'request' }
  if (status === 429) return limited(headers['retry-after'], SCOPES[refusal ?? 'key'])
  if (status === 401 || status === 403 || status === 407) return { ...FAILED, kind: 'credential', scope: 'key' }
  if (status === 408) return { ...FAILED, kind: 'timeout', scope: 'route', told: failure('upstream_timeout') }
  if (status < 500) return undefined
  const wait = waitOf(secondsOf(headers['retry-after']))
  return { ...FAILED, ...wait, kind: 'server', scope: 'route', isPassing: PASSING_STATUSES.has(status) }
}

const SCOPES = { key: 'key', account: 'account', request: 'request', upstream: 'route' } as const

function limited(header: string | string[] | undefined, scope: TroubleScope): Trouble {
  const said = secondsOf(header)
  const told = failure('upstream_limited', { seconds: said ?? RETRY_AFTER_SECONDS_USUAL })
  return { kind: 'limited', scope, told, isPassing: said === 1, ...waitOf(said) }
}

/** Seconds of a Retry-After, within bounds; undefined for dates and whatever else is no plain number. */
const secondsOf = (header: string | string[] | undefined): number | undefined =>
  typeof header === 'string' && /^\d{1,9}$/.test(header) ? Math.min(Math.max(Number(header), 1), RETRY_AFTER_SECONDS_MAX) : undefined

const waitOf = (seconds: number | undefined): Pick<Trouble, 'retryAfterSeconds'> =>
  seconds === undefined ? {} : { retryAfterSeconds: seconds }

/** Whether a reply has a form in which an answer can come. */
function isReadable({ status, headers, isEmpty }: StartedReply, protocol: Protocol): boolean {
  if (status < 200 || (status >= 300 && status < 400) || isEmpty) return false
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return false
  return replyTypeOf({ status, headers }, protocol) !== undefined
}
