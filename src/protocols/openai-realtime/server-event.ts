import type { Failure } from '../../failures.ts'
import { objectAt, type UsageObject } from '../usage-figures.ts'
import { readEvent, textAt } from './event.ts'
import { type Made, madeOf } from './made.ts'
import { answersUnasked, transcribers } from './session-fields.ts'
import { responseUsage, type ToldUsage, transcriptUsage } from './usage.ts'

/** Why something failed; `instead` is the event with another reason in its place. */
type FailedEvent = { readonly code: string; readonly instead: (told: Failure) => string }

/** What a session is said to be now. `transcriber`: the upstream's name of the model that writes down, `off` for none; undefined: not told. */
export type SessionFacts = {
  readonly answersUnasked: boolean | undefined
  readonly model: string | undefined
  readonly transcriber: string | undefined
}

/** What an event of the upstream's is about, as far as money goes. `code`: why it failed; '' where it did not or does not say. */
export type ServerEvent =
  | ({ readonly kind: 'session' } & SessionFacts)
  | { readonly kind: 'response-created'; readonly id: string }
  | { readonly kind: 'response-grew'; readonly id: string; readonly made: Made }
  | ({ readonly kind: 'response-done'; readonly id: string; readonly isFailed: boolean; readonly told: ToldUsage } & FailedEvent)
  | { readonly kind: 'heard'; readonly itemId: string }
  | { readonly kind: 'transcribed'; readonly itemId: string; readonly told: ToldUsage }
  | { readonly kind: 'not-transcribed'; readonly itemId: string }
  | { readonly kind: 'limits' }
  | ({
      readonly kind: 'error'
      readonly eventId: string | undefined
      readonly answering: (eventId: string | undefined) => string
    } & FailedEvent)
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
      return { kind: 'session', ...factsOf(objectAt(fields['session']) ?? {}) }
    case 'response.created':
      return { kind: 'response-created', id: textAt(fields, 'response', 'id') ?? '' }
    case 'response.done':
      return doneEvent(fields)
    case 'input_audio_buffer.committed':
      return { kind: 'heard', itemId }
    case `${TRANSCRIPTION}completed`:
      return { kind: 'transcribed', itemId, told: transcriptUsage(fields['usage']) }
    case `${TRANSCRIPTION}failed`:
      return { kind: 'not-transcribed', itemId }
    case 'rate_limits.updated':
      return { kind: 'limits' }
    case 'error':
      return errorOf(fields)
  }
  const made = madeOf(event)
  return made === undefined ? { kind: 'other' } : { kind: 'response-grew', id: textAt(fields, 'response_id') ?? '', made }
}

function factsOf(session: UsageObject): SessionFacts {
  const told = transcribers(session)
  const named = told === undefined || told === 'off' ? told : told.find((model) => typeof model === 'string')
  return {
    answersUnasked: answersUnasked(session),
    model: textAt(session, 'model'),
    transcriber: typeof named === 'string' ? named : undefined,
  }
}

function doneEvent(fields: UsageObject): ServerEvent {
  const isFailed = textAt(fields, 'response', 'status') === 'failed'
  const response = objectAt(fields['response'])
  const details = objectAt(response?.['status_details'])
  return {
    ...{ kind: 'response-done', id: textAt(fields, 'response', 'id') ?? '', isFailed },
    told: responseUsage(response?.['usage']),
    code: codeOf(objectAt(details?.['error']) ?? {}),
    instead: ({ code }) =>
      JSON.stringify({ ...fields, response: { ...response, status_details: { ...details, error: { type: 'server_error', code } } } }),
  }
}

function errorOf(fields: UsageObject): ServerEvent {
  const error = objectAt(fields['error']) ?? {}
  return {
    ...{ kind: 'error', code: codeOf(error), eventId: textAt(error, 'event_id') },
    answering: (eventId) => JSON.stringify({ ...fields, error: { ...error, event_id: eventId ?? null } }),
    instead: ({ code, message }) => JSON.stringify({ ...fields, error: { ...error, type: 'server_error', code, message, param: null } }),
  }
}

const codeOf = (error: UsageObject): string => textAt(error, 'code') ?? textAt(error, 'type') ?? ''
