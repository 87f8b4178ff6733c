import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

type Fields = Readonly<Record<string, unknown>>

/** A client of realtime sessions that keeps the events it was sent. */
export type RealtimeClient = {
  readonly socket: WebSocket
  readonly events: readonly Fields[]
  readonly send: (event: Fields) => void
  /** The next event of a type that was not waited for yet. */
  readonly next: (type: string) => Promise<Fields>
  /** The code of its close. */
  readonly closed: Promise<number>
}

/** How a session is opened. */
export type Opened = {
  readonly base: string
  readonly key: string
  readonly model: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
}

const WAIT_MS_MAX = 10_000

/** The text under some names of an event; '' where there is none. */
export function textOf(fields: Fields | undefined, ...names: readonly string[]): string {
  const value = names.reduce<unknown>((at, name) => (at as Fields | undefined)?.[name], fields)
  return typeof value === 'string' ? value : ''
}

/** Opens a session; rejects with the status where it is refused. */
export async function openRealtime({ base, key, model, path = '/v1/realtime', headers, protocols = [] }: Opened): Promise<RealtimeClient> {
  const url = `${base.replace(/^http/, 'ws')}${path}?model=${encodeURIComponent(model)}`
  const own = headers ?? { authorization: `Bearer ${key}` }
  const socket = new WebSocket(url, [...protocols], { headers: own, maxPayload: 64 * 1_048_576 })
  const events: Fields[] = []
  let read = 0
  socket.on('message', (data) => events.push(JSON.parse((data as Buffer).toString()) as Fields))
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  const refused = new Promise<never>((_, reject) => {
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (part) => {
        body += String(part)
      })
      response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)))
    })
    socket.on('error', reject)
  })
  refused.catch(() => undefined)
  await Promise.race([once(socket, 'open'), refused])
  const next = async (type: string): Promise<Fields> => {
    const until = performance.now() + WAIT_MS_MAX
    while (performance.now() < until) {
      const at = events.findIndex((event, index) => index >= read && event['type'] === type)
      if (at >= 0) {
        read = at + 1
        return events[at] as Fields
      }
      if (socket.readyState === socket.CLOSED) break
      await sleep(5)
    }
    throw new Error(`no ${type} among ${events.map((event) => String(event['type'])).join(', ')}`)
  }
  return { socket, events, send: (event) => socket.send(JSON.stringify(event)), next, closed }
}

/** An item that says something in words. */
export const said = (text: string): Fields => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
})

/** Sound of so many milliseconds, or silence. */
export const sound = (millis: number, isSilent = false): Fields => ({
  type: 'input_audio_buffer.append',
  audio: Buffer.alloc(millis * 48, isSilent ? 0 : 0x11).toString('base64'),
})

/** Answers in words, and only when asked. */
export const QUIET: Fields = {
  type: 'session.update',
  session: { type: 'realtime', output_modalities: ['text'], audio: { input: { turn_detection: null } } },
}
