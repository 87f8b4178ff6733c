/** A truthful fake of an upstream's realtime sessions: speaks the protocol, knows the tokens, misbehaves on command; never talks to a provider. */
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { listenOn } from '../exchange.ts'
import { loadTokenizer } from '../tokens.ts'
import { realtimeScript } from './script.ts'
import { SimSession } from './session.ts'
import type { RealtimePart } from './truth.ts'

export type { RealtimePart, Tokens } from './truth.ts'

/** A running fake. */
export type SimRealtime = {
  readonly port: number
  /** The truth about every answer and transcript, oldest first. */
  readonly parts: readonly RealtimePart[]
  /** Every event that came, oldest first. */
  readonly seen: readonly Readonly<Record<string, unknown>>[]
  /** Headers of every session that was asked for. */
  readonly headersSeen: readonly Readonly<Record<string, unknown>>[]
  /** Sessions that are open. */
  readonly openCount: () => number
  readonly close: () => Promise<void>
}

/** Starts a fake at `/v1/realtime` on 127.0.0.1. Source: https://platform.openai.com/docs/guides/realtime-websocket (2026-11-26). */
export async function startSimRealtime(): Promise<SimRealtime> {
  const tokenizer = await loadTokenizer()
  const parts: RealtimePart[] = []
  const seen: Readonly<Record<string, unknown>>[] = []
  const headersSeen: Readonly<Record<string, unknown>>[] = []
  let ids = 0
  const nextId = (kind: string): string => {
    ids += 1
    return `${kind}_${ids}`
  }
  const server = createServer((_, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1_048_576 })
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://sim')
    const model = url.searchParams.get('model') ?? ''
    headersSeen.push(request.headers)
    const { refuse } = realtimeScript(model)
    if (url.pathname !== '/v1/realtime' || refuse !== undefined) {
      const body = JSON.stringify({ error: { message: 'Sim refuses the session.', type: 'sim_error', code: null } })
      socket.end(`HTTP/1.1 ${refuse ?? 404} Refused\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const session = new SimSession({ socket: opened, model, tokenizer, parts, seen, nextId })
      opened.on('message', (data) => session.take(JSON.parse((data as Buffer).toString()) as Readonly<Record<string, unknown>>))
      opened.on('close', () => session.end())
      opened.on('error', () => opened.terminate())
    })
  })
  const port = await listenOn(server, { host: '127.0.0.1', port: 0 })
  return {
    ...{ port, parts, seen, headersSeen },
    openCount: () => sockets.clients.size,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate()
        server.close(() => resolve())
      }),
  }
}
