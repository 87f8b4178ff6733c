import type { Failure } from '../../failures.ts'

/** Types by status. Source: https://docs.claude.com/en/api/errors (2026-11). */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
}

/** A failure as Anthropic's error body. */
export const encodeError = (failure: Failure, requestId: string): Buffer => Buffer.from(errorText(failure, requestId))

/**
 * A failure as the last event of a stream. It begins with a blank line, which ends an event that was cut short and says nothing
 * otherwise. Source: https://docs.claude.com/en/docs/build-with-claude/streaming#error-events (2026-11).
 */
export const encodeStreamError = (failure: Failure, requestId: string): Buffer =>
  Buffer.from(`\n\nevent: error\ndata: ${errorText(failure, requestId)}\n\n`)

function errorText(failure: Failure, requestId: string): string {
  const { status, message } = failure
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
  return JSON.stringify({ type: 'error', error: { type, message, ...detailsOf(failure) }, request_id: requestId })
}

/**
 * What the runner of tools in the SDKs goes on by: it asks for a thread by itself, and sends the whole conversation where it is told so.
 * Source: https://platform.claude.com/docs/en/build-with-claude/message-threads (2026-11-29).
 */
const detailsOf = ({ code, field }: Failure): object =>
  code === 'nothing_stored' && field === 'thread' ? { details: { error_code: 'thread_unsupported_request' } } : {}
