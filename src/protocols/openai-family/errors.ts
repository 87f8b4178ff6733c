import type { Failure } from '../../failures.ts'

/** Types by status. Source: https://platform.openai.com/docs/guides/error-codes (2026-11); the official clients branch on the status. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
}

/** A failure as the error body of all of OpenAI's protocols; the request id is in a header there. */
export const encodeError = (failure: Failure): Buffer => Buffer.from(errorText(failure))

function errorText({ code, status, message }: Failure): string {
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  return JSON.stringify({ error: { message, type, param: null, code } })
}
