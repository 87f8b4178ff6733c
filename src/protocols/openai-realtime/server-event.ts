import { objectAt } from '../usage-figures.ts'
import { readEvent, textAt, valueAt } from './event.ts'
import { type Made, madeOf } from './made.ts'
import { answersUnasked } from './session-fields.ts'
import { responseUsage, type ToldUsage, transcriptUsage } from './usage.ts'

/** What an event of the upstream's is about, as far as money goes. `eventId` of an error: that of the client's event it answers. */
export type ServerEvent =
  | { readonly kind: 'session'; readonly answersUnasked: boolean | undefined; readonly model: string | undefined }
  | { readonly kind: 'response-created'; readonly id: string }
  | { readonly kind: 'response-grew'; readonly id: string; readonly made: Made }
  | { readonly kind: 'response-done'; readonly id: string; readonly isFailed: boolean; readonly told: ToldUsage }
  | { readonly kind: 'heard'; readonly itemId: string }
  | { readonly kind: 'transcribed'; readonly itemId: string; readonly told: ToldUsage }
  | { readonly kind: 'not-transcribed'; readonly itemId: string }
  | { readonly kind: 'limits' }
  | { readonly kind: 'error'; readonly code: string; readonly eventId: string | undefined }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable' }

const TRANSCRIPTION = 'conversation.item.input_audio_transcription.'

/** Reads an event of the upstream's. Source: https://platform.openai.com/docs/api-reference/realtime-server-events (2026-11-26). */
export function readServerEvent(message: Buffer): ServerEvent {
  const event = readEvent(message)
  if (event === undefined) return { kind: 'unreadable' }
  const { type, fields } = event
  const itemId = textAt(fields, 'item_id') ?? ''
  switch (type) {
    case 'session.created':
    case 'session.updated':
      return {
        kind: 'session',
        answersUnasked: answersUnasked(objectAt(fields['session']) ?? {}),
        model: textAt(fields, 'session', 'model'),
      }
    case 'response.created':
      return { kind: 'response-created', id: textAt(fields, 'response', 'id') ?? '' }
    case 'response.done': {
      const isFailed = textAt(fields, 'response', 'status') === 'failed'
      const told = responseUsage(valueAt(fields, 'response', 'usage'))
      return { kind: 'response-done', id: textAt(fields, 'response', 'id') ?? '', isFailed, told }
    }
    case 'input_audio_buffer.committed':
      return { kind: 'heard', itemId }
    case `${TRANSCRIPTION}completed`:
      return { kind: 'transcribed', itemId, told: transcriptUsage(fields['usage']) }
    case `${TRANSCRIPTION}failed`:
      return { kind: 'not-transcribed', itemId }
    case 'rate_limits.updated':
      return { kind: 'limits' }
    case 'error':
      return { kind: 'error', code: codeOf(fields), eventId: textAt(fields, 'error', 'event_id') }
  }
  const made = madeOf(event)
  return made === undefined ? { kind: 'other' } : { kind: 'response-grew', id: textAt(fields, 'response_id') ?? '', made }
}

const codeOf = (fields: Readonly<Record<string, unknown>>): string =>
  textAt(fields, 'error', 'code') ?? textAt(fields, 'error', 'type') ?? ''
