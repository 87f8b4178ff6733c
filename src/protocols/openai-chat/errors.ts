import type { Failure } from '../../failures.ts'

/** Types by status. Source: https://platform.openai.com/docs/guides/error-codes (2026-11); the official clients branch on the status. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
}

/** A failure as OpenAI's error body; the request id is in a header there. */
export const encodeError = (failure: Failure): Buffer => Buffer.from(errorText(failure))

/**
 * A failure as the last events of a stream. It begins with a blank line, which ends an event that was cut short and says nothing
 * otherwise. The official clients throw at an event with `error` and read no further; others wait for [DONE], so it follows.
 */
export const encodeStreamError = (failure: Failure): Buffer => Buffer.from(`\n\ndata: ${errorText(failure)}\n\ndata: [DONE]\n\n`)

function errorText({ code, status, message }: Failure): string {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  return JSON.stringify({ error: { message, type, param: null, code } })
}
