import type { Failure } from '../../failures.ts'

/**
 * Status words by HTTP status. Source: https://cloud.google.com/apis/design/errors#handling_errors (2026-11-26); the official clients tell
 * the HTTP status and show the rest.
 */
const STATUSES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/** A failure as Google's error body; its code and, where trying again helps, when, are details. */
export const encodeError = (failure: Failure, requestId: string): Buffer => Buffer.from(errorText(failure, requestId))

/**
 * A failure as the last of a stream. It begins with a blank line, which ends an event that was cut short. The event tells those that read
 * events; the official client passes over an error in one, and throws at bytes after the last event, so the error follows once more.
 */
export function encodeStreamError(failure: Failure, requestId: string): Buffer {
  const text = errorText(failure, requestId)
  return Buffer.from(`\r\n\r\ndata: ${text}\r\n\r\n${text}`)
}

function errorText({ code, status, message, retryAfterSeconds }: Failure, requestId: string): string {
  const word = STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code.toUpperCase(), metadata: { requestId } }
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds ?? 0}s` }
  return JSON.stringify({
    error: { code: status, message, status: word, details: retryAfterSeconds === undefined ? [info] : [info, retry] },
  })
}
