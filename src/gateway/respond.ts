import { type Failure, FailureError, failure } from '../failures.ts'
import { fieldsOf, type HeaderFields, headerLines, readJson, retryHeaders } from '../lib/index.ts'
import type { Protocol } from '../protocols/index.ts'
import type { CallResponse } from './call-response.ts'
import type { Exchange } from './open-call.ts'

/** A header of an answer would read as something else. */
export class UnsayableHead extends Error {}

/** Lines of fields in which others have a say. Throws UnsayableHead; what is put into a head without it is made of nothing but our own words and figures. */
export function sayable(fields: HeaderFields): string {
  const lines = headerLines(fields)
  if (lines === undefined) throw new UnsayableHead()
  return lines
}

/** Header lines of every answer to a call. Throws UnsayableHead. */
export function callLines(exchange: Exchange): string {
  const { payment } = exchange
  const lines = idLines(exchange)
  return payment === undefined ? lines : lines + sayable(payment.headers)
}

/** Header lines of an answer to a request, by its protocol where it has one. */
export function idLines({ requestId, protocol }: Refused): string {
  const own = protocol?.requestIdHeader
  const lines = `x-request-id: ${requestId}\r\ncache-control: no-store\r\n`
  return own === undefined ? lines : `${lines}${own}: ${requestId}\r\n`
}

/** Begins an answer whose length is not known. */
export function beginAnswer(response: CallResponse, status: number, lines: string): void {
  if (response.writeLines === undefined) response.writeHead(status, fieldsOf(lines))
  else response.writeLines(status, lines, false)
}

/** An answer as a whole; its `lines` tell the length of its body. */
export type WholeAnswer = { readonly status: number; readonly lines: string; readonly body: Buffer }

/** Up to this size the copy that joins a body to its head is cheaper than a write of two parts. */
const JOINED_BYTES_MAX = 16_384

/** Gives a whole answer: on node:http in one piece if the body is small, as that joins texts alone. */
export function answerWhole(response: CallResponse, { status, lines, body }: WholeAnswer): void {
  if (response.writeLines !== undefined) {
    response.writeLines(status, lines, true)
    response.end(body)
    return
  }
  response.writeHead(status, fieldsOf(lines))
  if (body.length <= JOINED_BYTES_MAX) response.end(body.toString('latin1'), 'latin1')
  else response.end(body)
}

/** Answers a failure in the protocol that was asked, unless an answer has begun. */
export function respondFailure(exchange: Exchange, told: Failure, now: number): void {
  const { response, protocol, requestId } = exchange
  if (response.headersSent || response.destroyed) return
  const body = withFields(protocol.encodeError(told, requestId), exchange.payment?.body)
  const limits = protocol.limitHeaders(exchange.limits, () => now)
  const lines = `${callLines(exchange)}${limits}${jsonLines(body)}${sayable(retryHeaders(told))}`
  answerWhole(response, { status: told.status, lines, body })
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
  const lines = `${idLines({ requestId, protocol })}${jsonLines(body)}${sayable(retryHeaders(told))}`
  answerWhole(response, { status: told.status, lines, body })
}

/** Header lines that say that a body is JSON, and how long. */
export const jsonLines = (body: Buffer): string => `content-type: application/json\r\ncontent-length: ${body.length}\r\n`

/** The failure of anything thrown; what is not ours is told as internal, and its words stay here. */
export const failureOf = (thrown: unknown): Failure => (thrown instanceof FailureError ? thrown.failure : failure('internal'))
