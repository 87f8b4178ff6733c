import { type Failure, FailureError, failure } from '../failures.ts'
import { type HeaderFields, readJson, retryHeaders } from '../lib/index.ts'
import type { Protocol } from '../protocols/index.ts'
import type { CallResponse } from './call-response.ts'
import type { Exchange } from './open-call.ts'

/** Headers of every answer. */
export function answerHeaders({ requestId, protocol, payment }: Exchange): string[] {
  const fields = headersOf({ requestId, protocol })
  return payment === undefined ? fields : [...fields, ...payment.headers]
}

/** Headers of an answer to a request, by its protocol where it has one. */
export function headersOf({ requestId, protocol }: Refused): string[] {
  const own = protocol?.requestIdHeader
  const fields = ['x-request-id', requestId, 'cache-control', 'no-store']
  return own === undefined ? fields : [...fields, own, requestId]
}

/** Up to this size the copy that joins a body to its head is cheaper than a write of two parts. */
const JOINED_BYTES_MAX = 16_384

/** Ends an answer whose head was not sent yet: head and body go out in one piece if the body is small, as node:http joins texts alone. */
export function endWith(response: CallResponse, body: Buffer): void {
  if (body.length <= JOINED_BYTES_MAX) response.end(body.toString('latin1'), 'latin1')
  else response.end(body)
}

/** Answers a failure in the protocol that was asked, unless an answer has begun. */
export function respondFailure(exchange: Exchange, told: Failure, now: number): void {
  const { response, protocol, requestId } = exchange
  if (response.headersSent || response.destroyed) return
  const body = withFields(protocol.encodeError(told, requestId), exchange.payment?.body)
  const limits = protocol.limitHeaders(exchange.limits, now)
  response.writeHead(told.status, [...answerHeaders(exchange), ...limits, ...jsonOf(body), ...retryHeaders(told)])
  response.end(body)
}

/** An error that says more than its protocol has a place for, beside what it says there. */
const withFields = (body: Buffer, fields: object | undefined): Buffer =>
  fields === undefined ? body : Buffer.from(JSON.stringify({ ...(readJson(body.toString('utf8')) as object), ...fields }))

/** A request that is refused before it is a call; `protocol`: the one whose path it is like. */
export type Refused = { readonly requestId: string; readonly protocol?: Protocol | undefined }

/** Answers a failure where it is no call's: in the plain JSON form where no protocol is known. */
export function respondPlain(response: CallResponse, told: Failure, { requestId, protocol }: Refused): void {
  if (response.headersSent || response.destroyed) return
  const plain = { error: { code: told.code, message: told.message } }
  const body = protocol === undefined ? Buffer.from(JSON.stringify(plain)) : protocol.encodeError(told, requestId)
  response.writeHead(told.status, [...headersOf({ requestId, protocol }), ...jsonOf(body), ...retryHeaders(told)])
  response.end(body)
}

/** Headers that say that a body is JSON, and how long. */
export const jsonOf = (body: Buffer): HeaderFields => ['content-type', 'application/json', 'content-length', String(body.length)]

/** The failure of anything thrown; what is not ours is told as internal, and its words stay here. */
export const failureOf = (thrown: unknown): Failure => (thrown instanceof FailureError ? thrown.failure : failure('internal'))
