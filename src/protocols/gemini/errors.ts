import type { Failure } from '../../failures.ts'

/** Names of google.rpc.Code by status. Source: https://ai.google.dev/gemini-api/docs/troubleshooting, https://google.aip.dev/193 (2026-11-26). */
const STATUSES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/** A failure as Gemini's error body, its code as the reason and its Retry-After as google.rpc has them. */
export const encodeError = (failure: Failure, requestId: string): Buffer => Buffer.from(errorText(failure, requestId))

/**
 * A failure as the end of a stream. It begins with a blank line, which ends an event that was cut short. The event tells those that read
 * events; the official client passes over an error in one and throws at bytes after the last event, so the error follows once more.
 * Source: https://github.com/googleapis/js-genai/blob/main/src/_api_client.ts (2026-11-26).
 */
export function encodeStreamError(failure: Failure, requestId: string): Buffer {
  const text = errorText(failure, requestId)
  return Buffer.from(`\r\n\r\ndata: ${text}\r\n\r\n${text}\r\n`)
}

function errorText({ code, status, message, retryAfterSeconds }: Failure, requestId: string): string {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase(), domain: 'farebox' },
    { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId },
    ...(retryAfterSeconds === undefined
      ? []
      : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }]),
  ]
  const name = STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
  return JSON.stringify({ error: { code: status, message, status: name, details } })
}
