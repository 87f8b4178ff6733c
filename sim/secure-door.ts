import http from 'node:http'
import http2, { type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { certificateFor } from './certificate.ts'
import { listenOn } from './exchange.ts'

/** A door of TLS before a fake, by which it is called in HTTP/2, or in HTTP/1.1 byte by byte. */
export type SecureDoor = {
  /** `https://localhost:<port>`, without a path. */
  readonly url: string
  /** The certificate that it is trusted by, in PEM. */
  readonly cert: string
  /** How many connections of each kind were made to it. */
  readonly counts: { readonly shared: number; readonly alone: number }
  readonly close: () => Promise<void>
}

/** What is of a connection in HTTP/1.1, and not of a reply. Source: RFC 9113 §8.2.2 (2022-06). */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])
const { NGHTTP2_INTERNAL_ERROR } = http2.constants

/** Opens a door before what listens on a port of 127.0.0.1; a reply that breaks off there breaks off here. */
export async function startSecureDoor(port: number): Promise<SecureDoor> {
  const certificate = certificateFor('localhost')
  const counts = { shared: 0, alone: 0 }
  const sockets = new Set<net.Socket>()
  const agent = new http.Agent({ keepAlive: true })
  const server = tls.createServer({ ...certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    if (socket.alpnProtocol === 'h2') {
      counts.shared += 1
      const session = http2.performServerHandshake(socket)
      session.on('error', () => undefined)
      session.on('stream', (stream, headers) => passStream(stream, headers, { port, agent }))
    } else {
      counts.alone += 1
      passBytes(socket, port)
    }
  })
  return {
    url: `https://localhost:${await listenOn(server, { host: '127.0.0.1', port: 0 })}`,
    cert: certificate.cert,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
        agent.destroy()
      }),
  }
}

function passBytes(socket: tls.TLSSocket, port: number): void {
  const inner = net.connect({ port, host: '127.0.0.1', noDelay: true })
  inner.on('error', () => socket.destroy())
  inner.once('close', () => socket.destroy())
  socket.once('close', () => inner.destroy())
  socket.pipe(inner).pipe(socket)
}

type Inside = { readonly port: number; readonly agent: http.Agent }

function passStream(
  stream: ServerHttp2Stream,
  { ':path': path = '/', ':method': method = 'POST', ...headers }: IncomingHttpHeaders,
  inside: Inside,
): void {
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')))
  const request = http.request({ host: '127.0.0.1', ...inside, path, method, headers: own })
  const breakOff = (): void => {
    if (!stream.destroyed) stream.close(NGHTTP2_INTERNAL_ERROR)
  }
  stream.on('error', () => undefined)
  stream.once('close', () => request.destroy())
  request.on('error', breakOff)
  request.on('response', (response) => {
    response.on('error', breakOff)
    if (stream.destroyed) return
    stream.respond({ ':status': response.statusCode ?? 502, ...fieldsOf(response.headers) })
    response.pipe(stream)
  })
  stream.pipe(request)
}

function fieldsOf(headers: http.IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_CONNECTION.has(name)))
}
