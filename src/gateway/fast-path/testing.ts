import http, { type Server } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Clock } from '../../lib/index.ts'
import type { CallRequest } from '../call-request.ts'
import type { CallResponse } from '../call-response.ts'
import { FastPath, type FastPathOptions } from './fast-path.ts'

/** The paths of a test's fast path. */
export const PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/messages'])

/** Bounds of a test, of which only the body's is met in one that is quick. */
export const BOUNDS = {
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 10,
  bodyBytesMax: 4_000_000,
}

/** How bodies are read in a test that is not about what they take of memory. */
export const BODY = { bytesMax: BOUNDS.bodyBytesMax, share: { take: () => undefined } }

/** What answers in a test, however a request came. */
export type Answer = (request: CallRequest, response: CallResponse) => Promise<void>

/** A server of a test; `path` is undefined for one of node:http alone. */
export type TestServer = {
  readonly port: number
  readonly server: Server
  readonly path: FastPath | undefined
  readonly close: () => Promise<void>
}

/** A fast path of a test but for its clock: nobody waits, and whatever it takes is answered by `answer`. */
export const optionsOf = (answer: Answer): Omit<FastPathOptions, 'clock'> => ({
  bounds: BOUNDS,
  paths: PATHS,
  wait: () => false,
  serve: answer,
  isSecure: false,
  lines: '',
  isEnding: () => false,
  share: setImmediate,
})

/** Starts a server whose answers are those of `answer`, with a fast path before it or without one. */
export async function startServer(answer: Answer, fast?: Partial<FastPathOptions> & { readonly clock: Clock }): Promise<TestServer> {
  const server = http.createServer(BOUNDS, (request, response) => void answer(request, response).catch(() => response.destroy()))
  const path = fast === undefined ? undefined : new FastPath(server, { ...optionsOf(answer), ...fast })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    path?.closeAll()
    await closed
    path?.end()
  }
  return { port: (server.address() as AddressInfo).port, server, path, close }
}

/**
 * What is sent, and how long a server is silent when it has said all; `first` is answered before any piece goes out, of which each is sent a turn later, or
 * once the one before it is answered.
 */
export type Talk = {
  readonly first?: string
  readonly pieces: readonly (Buffer | string)[]
  readonly silentMs: number
  readonly isInTurn?: boolean
}

/** Everything a server says, until it closes or has been silent. */
export function said(port: number, { first, pieces, silentMs, isInTurn = false }: Talk): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let text = ''
  const left = [...pieces]
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  const send = (): void => {
    const piece = left.shift()
    if (piece === undefined) return
    socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
    if (!isInTurn) setImmediate(() => setImmediate(send))
  }
  socket.on('data', (bytes) => {
    if (isInTurn || (text === '' && first !== undefined)) send()
    text += bytes.toString('latin1')
  })
  socket.setTimeout(silentMs, () => socket.destroy())
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(text.replaceAll(/Date: [^\r]*\r\n/g, '')))
  if (first === undefined) send()
  else socket.write(first)
  return promise
}
