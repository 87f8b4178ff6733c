import http, { type IncomingMessage, type Server } from 'node:http'
import { Duplex } from 'node:stream'

/** A request as node:http reads it. */
export type NodeReading = {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** Reads requests with Node's own server in its strict mode, without a network. */
export class NodeReader {
  readonly #server: Server
  #read: NodeReading[] = []

  constructor() {
    this.#server = http.createServer({ insecureHTTPParser: false, maxHeaderSize: 16_384 }, (request) => this.#take(request))
    this.#server.on('checkContinue', () => undefined)
    this.#server.on('clientError', (_, socket) => socket.destroy())
  }

  /** The requests that bytes are, of which the last may lack its end. */
  async read(bytes: Buffer): Promise<readonly NodeReading[]> {
    this.#read = []
    const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
    this.#server.emit('connection', socket)
    socket.push(bytes)
    await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    return this.#read
  }

  #take(request: IncomingMessage): void {
    const reading = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: '' }
    this.#read.push(reading)
    request.on('error', () => undefined)
    request.on('data', (part: Buffer) => {
      reading.body += part.toString('latin1')
    })
  }
}
