import type { LengthStop } from '../protocol.ts'

/**
 * The last events of a stream that is ended as if the upstream had reached its limit: the open content block (its index, if one is
 * open) is closed, then stop_reason "max_tokens". Source: https://docs.claude.com/en/api/messages-streaming (2026-11).
 */
export function encodeLengthStop(openBlock: number | undefined, { usage }: LengthStop): Buffer {
  const block = openBlock === undefined ? [] : [{ type: 'content_block_stop', index: openBlock }]
  const delta = { stop_reason: 'max_tokens', stop_sequence: null }
  const events = [...block, { type: 'message_delta', delta, usage: { output_tokens: usage.output } }, { type: 'message_stop' }]
  return Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
}
