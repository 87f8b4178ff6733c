import type { Failure } from '../../failures.ts'

/**
 * A failure as the last event of a stream. It begins with a blank line, which ends an event that was cut short; how many events there
 * were is not known here, so its number is that of none. The official clients throw at it.
 * Source: https://platform.openai.com/docs/api-reference/responses-streaming/error (2026-11-26).
 */
export function encodeStreamError({ code, message }: Failure): Buffer {
  const event = { type: 'error', sequence_number: 0, code, message, param: null }
  return Buffer.from(`\n\nevent: error\ndata: ${JSON.stringify(event)}\n\n`)
}
