import { fail } from '../../failures.ts'
import { objectAt, type UsageObject } from '../usage-figures.ts'
import { readEvent, textAt, valueAt } from './event.ts'
import { answersUnasked, transcribers, withTranscriber } from './session-fields.ts'

/** An event of the client's, as far as money goes. */
export type ClientEvent = {
  /** The id that the client gave it. */
  readonly eventId: string | undefined
  /** It asks for a response. */
  readonly asksResponse: boolean
  /** What it sets about responses that nobody asks for; undefined: nothing. */
  readonly answersUnasked: boolean | undefined
  /** The model that is to write down what is heard from now on, `off` for none; undefined: as before. */
  readonly transcriber: string | undefined
  /** Bytes of its words. */
  readonly textBytes: number
  /** The event for the upstream, under an id, with the upstream's name of the model that writes down. */
  readonly write: (eventId: string, upstreamTranscriber: string | undefined) => string
}

/** What a session is read with: the model it was opened for, as the customer and as the upstream call it, and its most output tokens. */
export type SessionTerms = { readonly model: string; readonly upstreamModel: string; readonly outputMax: number }

/**
 * Reads an event of the client's. It is written anew from what was read, so that the upstream can read nothing else in it. Fails with
 * invalid_json, nothing_stored for prompts that are kept and traces, invalid_field. Source:
 * https://platform.openai.com/docs/api-reference/realtime-client-events (2026-11-26).
 */
export function readClientEvent(message: Buffer, terms: SessionTerms): ClientEvent {
  const { type, fields } = readEvent(message) ?? fail('invalid_json')
  const eventId = textAt(fields, 'event_id')
  const session = type === 'session.update' ? sessionOf(fields, terms) : undefined
  const response = type === 'response.create' ? responseOf(fields, terms) : undefined
  const body = { ...fields, ...(session && { session }), ...(response && { response }) }
  const isSound = type === 'input_audio_buffer.append'
  return {
    eventId,
    asksResponse: type === 'response.create',
    answersUnasked: session && answersUnasked(session),
    transcriber: session && transcriberOf(session),
    textBytes: isSound ? 0 : wordBytes(body),
    write: (id, upstreamTranscriber) =>
      JSON.stringify({
        ...body,
        ...(isSound ? {} : { event_id: id }),
        ...(session === undefined || upstreamTranscriber === undefined ? {} : { session: withTranscriber(session, upstreamTranscriber) }),
      }),
  }
}

function sessionOf(fields: UsageObject, terms: SessionTerms): UsageObject {
  const session = objectAt(fields['session']) ?? fail('invalid_field', { field: 'session', expected: 'an object' })
  const type = session['type'] ?? 'realtime'
  if (type !== 'realtime') fail('invalid_field', { field: 'session.type', expected: 'realtime' })
  refuseKept(session, 'session')
  const model = session['model'] ?? terms.model
  if (model !== terms.model && model !== terms.upstreamModel)
    fail('invalid_field', { field: 'session.model', expected: 'the model that the session was opened for' })
  const named = 'model' in session ? { ...session, model: terms.upstreamModel } : session
  return capped(capped(named, 'max_output_tokens', terms), 'max_response_output_tokens', terms)
}

function responseOf(fields: UsageObject, terms: SessionTerms): UsageObject | undefined {
  const response = objectAt(fields['response'])
  if (response === undefined) return undefined
  refuseKept(response, 'response')
  return capped(response, 'max_output_tokens', terms)
}

/** What would be kept at the upstream: traces, and prompts that were. */
function refuseKept(fields: UsageObject, within: string): void {
  for (const name of ['prompt', 'tracing']) {
    if (fields[name] !== undefined && fields[name] !== null) fail('nothing_stored', { field: `${within}.${name}` })
  }
}

/** A bound that the client gave is at most that of the model, so that what is held for it is one at the upstream too. */
function capped(fields: UsageObject, name: string, { outputMax }: SessionTerms): UsageObject {
  const value = fields[name]
  const isBeyond = value === 'inf' || (typeof value === 'number' && value > outputMax)
  return isBeyond ? { ...fields, [name]: outputMax } : fields
}

function transcriberOf(session: UsageObject): string | undefined {
  const models = transcribers(session)
  if (models === undefined || models === 'off') return models
  const [model] = models
  if (typeof model === 'string' && model !== 'off' && models.every((one) => one === model)) return model
  return fail('invalid_field', { field: 'session.audio.input.transcription.model', expected: 'the name of one model' })
}

/** Bytes of the words that the model is given, wherever they stand. */
function wordBytes(fields: UsageObject): number {
  const parts = [valueAt(fields, 'item', 'content'), valueAt(fields, 'response', 'input'), valueAt(fields, 'item', 'output')]
  const instructions = [textAt(fields, 'session', 'instructions'), textAt(fields, 'response', 'instructions')]
  return [...parts, ...instructions].reduce<number>((sum, value) => sum + textBytesOf(value), 0)
}

const SOUND_NAMES: ReadonlySet<string> = new Set(['audio', 'image_url', 'type', 'id', 'role'])

function textBytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textBytesOf(one), 0)
  const fields = objectAt(value)
  if (fields === undefined) return 0
  return Object.entries(fields).reduce((sum, [name, one]) => (SOUND_NAMES.has(name) ? sum : sum + textBytesOf(one)), 0)
}
