import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Frame, wireOf } from './reply.ts'

/** The protocols that recordings may be in. */
export type RecordingProtocol = 'openai' | 'anthropic' | 'openai-responses' | 'gemini'

/** A stream as a provider sent it. */
export type Recording = {
  /** Its path in the folder, without the ending. */
  readonly name: string
  readonly protocol: RecordingProtocol
  /** The data of each event, in order; without the `[DONE]` of OpenAI. */
  readonly payloads: readonly string[]
  /** The whole stream as it goes over the wire. */
  readonly bytes: Buffer
}

/** Where recordings may lie: beside the checkout. */
export const RECORDINGS_DIRECTORY = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'fixtures')

const ENDING = '.chunks.txt'

/** All recorded streams (`*.chunks.txt`, one payload per line) of a folder, by name; empty where there is no such folder. */
export function listRecordings(directory: string = RECORDINGS_DIRECTORY): Recording[] {
  if (!existsSync(directory)) return []
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ENDING))
  return files.sort().map((file) => {
    const payloads = readFileSync(join(directory, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    const name = relative('.', file).slice(0, -ENDING.length)
    const protocol = protocolOf(payloads[0] ?? '')
    return { name, protocol, payloads, bytes: streamOf(payloads, protocol) }
  })
}

function protocolOf(payload: string): RecordingProtocol {
  const first = JSON.parse(payload) as { type?: unknown; candidates?: unknown }
  if (first.candidates !== undefined) return 'gemini'
  if (typeof first.type !== 'string') return 'openai'
  return first.type.startsWith('response.') ? 'openai-responses' : 'anthropic'
}

/** The bytes of a stream with these payloads: Anthropic and OpenAI's responses name their events, OpenAI's chat ends in `[DONE]`. */
function streamOf(payloads: readonly string[], protocol: RecordingProtocol): Buffer {
  const isNamed = protocol === 'anthropic' || protocol === 'openai-responses'
  const frames: Frame[] = payloads.map((data) => ({ kind: 'delta', tokens: 0, data, ...(isNamed ? { name: typeOf(data) } : {}) }))
  if (protocol === 'openai') frames.push({ kind: 'done', tokens: 0, data: '[DONE]' })
  return Buffer.from(frames.map((frame) => wireOf(frame, protocol === 'gemini' ? '\r\n' : '\n')).join(''))
}

const typeOf = (payload: string): string => String((JSON.parse(payload) as { type?: unknown }).type)
