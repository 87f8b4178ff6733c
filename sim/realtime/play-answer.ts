import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { prose, seededRandom } from '../prose.ts'
import type { Tokenizer } from '../tokens.ts'
import type { RealtimeScript } from './script.ts'
import { plus, type RealtimePart, SPOKEN_BYTES_PER_TOKEN, toldUsage } from './truth.ts'

/** Where an answer is played. */
export type Stage = {
  readonly script: RealtimeScript
  readonly world: { readonly socket: WebSocket; readonly tokenizer: Tokenizer; readonly parts: readonly RealtimePart[] }
  readonly send: (event: Readonly<Record<string, unknown>>) => void
  readonly finished: (part: RealtimePart) => void
}

/** Far above what any model reads and makes. */
const ABSURD = { total_tokens: 900_000_000, input_tokens: 700_000_000, output_tokens: 200_000_000 }
const NEGATIVE = { total_tokens: -1, input_tokens: -20, output_tokens: 'many' }

/** Makes an answer delta by delta, and tells its end with its usage. Two tokens of sound go with each of words where it is spoken. */
export async function play(session: Stage, part: RealtimePart, isSpoken: boolean): Promise<void> {
  const { script, world } = session
  const { id } = part
  if (script.beginMs > 0) await pause(script.beginMs)
  session.send({ type: 'response.created', response: { object: 'realtime.response', id, status: 'in_progress', output: [], usage: null } })
  if (script.isHanging) return
  const pieces = world.tokenizer.pieces(prose(seededRandom(world.parts.length), script.tokens * 8)).slice(0, script.tokens)
  let deltas = 0
  for (const { text } of pieces) {
    await pause(script.chunkMs)
    if (part.status !== 'in_progress' || world.socket.readyState !== world.socket.OPEN) break
    if (deltas === script.cutAfter) {
      part.status = 'cut'
      return world.socket.terminate()
    }
    deltas += 1
    const at = { response_id: id, item_id: `${id}-item`, output_index: 0, content_index: 0 }
    part.output = plus(part.output, { text: 1, audio: isSpoken ? 2 : 0 })
    if (!isSpoken) session.send({ type: 'response.output_text.delta', ...at, delta: text })
    else {
      session.send({ type: 'response.output_audio_transcript.delta', ...at, delta: text })
      session.send({ type: 'response.output_audio.delta', ...at, delta: Buffer.alloc(2 * SPOKEN_BYTES_PER_TOKEN, 0x11).toString('base64') })
    }
  }
  if (part.status === 'in_progress') part.status = 'completed'
  const told = { true: toldUsage(part), none: null, absurd: ABSURD, negative: NEGATIVE }[script.usage]
  session.send({ type: 'response.done', response: { object: 'realtime.response', id, status: part.status, output: [], usage: told } })
  session.send({ type: 'rate_limits.updated', rate_limits: [{ name: 'requests', limit: 9_999, remaining: 9_998, reset_seconds: 1 }] })
  session.finished(part)
}
