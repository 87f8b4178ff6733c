import { at, countsAt, given, type Piece, textAt } from './protocol.ts'

/** What a session is opened with. */
export type SessionAsk = { readonly model: string; readonly system: string; readonly isSpoken: boolean }

/** What browsers offer as protocols of a session, as they have no header for a key. Source: platform.openai.com/docs/guides/realtime-websocket (2026-11-27). */
export const sessionProtocols = (key: string): string[] => ['realtime', `openai-insecure-api-key.${key}`]

/** Where a session is opened, on the host that this page came from. */
export const sessionAddress = (model: string, { protocol, host }: Location): string =>
  `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/v1/realtime?model=${encodeURIComponent(model)}`

/** A session that answers when it is asked, in words or spoken. Source: platform.openai.com/docs/api-reference/realtime-client-events/session/update (2026-11-27). */
export const sessionUpdate = ({ system, isSpoken }: SessionAsk): object => ({
  type: 'session.update',
  session: {
    ...{ type: 'realtime', output_modalities: [isSpoken ? 'audio' : 'text'], audio: { input: { turn_detection: null } } },
    ...given('instructions', system),
  },
})

/** What a person says in words, and the wish for an answer. Source: platform.openai.com/docs/api-reference/realtime-client-events (2026-11-27). */
export const saying = (text: string): readonly object[] => [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
  { type: 'response.create' },
]

/** What an event adds to the answer that is under way. */
export type Heard = Piece & { readonly pcm?: string; readonly isEnd?: boolean; readonly refused?: string }

const WORDS = new Set<unknown>(['response.output_text.delta', 'response.output_audio_transcript.delta'])

/** Reads an event of a session. Source: platform.openai.com/docs/api-reference/realtime-server-events (2026-11-27). */
export function readSessionEvent(event: unknown): Heard {
  const type = at(event, 'type')
  const delta = at(event, 'delta')
  if (WORDS.has(type)) return textAt(event, 'delta')
  if (type === 'response.output_audio.delta') return typeof delta === 'string' ? { pcm: delta } : {}
  if (type === 'response.done') return { isEnd: true, ...countsAt(at(event, 'response', 'usage'), 'input_tokens', 'output_tokens') }
  if (type !== 'error') return {}
  const refused = at(event, 'error', 'message')
  return { isEnd: true, ...(typeof refused === 'string' && { refused }) }
}

const [RATE, SAMPLE_BYTES, HEAD_BYTES] = [24_000, 2, 44]

/** Sound as sessions send it (24,000 samples of 16 bits a second, in base64), as a file that browsers play. Source: mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE (2026-11-27). */
export function wavOf(pieces: readonly string[]): Blob {
  const sound = pieces.map((piece) => Uint8Array.from(atob(piece), (letter) => letter.charCodeAt(0)))
  const bytes = sound.reduce((sum, { length }) => sum + length, 0)
  const head = new DataView(new ArrayBuffer(HEAD_BYTES))
  const word = (place: number, text: string): void => {
    for (const [index, letter] of [...text].entries()) head.setUint8(place + index, letter.charCodeAt(0))
  }
  word(0, 'RIFF')
  head.setUint32(4, HEAD_BYTES - 8 + bytes, true)
  word(8, 'WAVEfmt ')
  head.setUint32(16, 16, true)
  head.setUint16(20, 1, true)
  head.setUint16(22, 1, true)
  head.setUint32(24, RATE, true)
  head.setUint32(28, RATE * SAMPLE_BYTES, true)
  head.setUint16(32, SAMPLE_BYTES, true)
  head.setUint16(34, SAMPLE_BYTES * 8, true)
  word(36, 'data')
  head.setUint32(40, bytes, true)
  return new Blob([head, ...sound], { type: 'audio/wav' })
}
