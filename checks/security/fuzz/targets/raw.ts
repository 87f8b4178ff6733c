import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { crc32 } from 'node:zlib'
import { seededRandom } from '../../../../sim/index.ts'
import { FastPath } from '../../../../src/gateway/fast-path/index.ts'
import { requestCase } from '../../request-cases.ts'
import { smugglingVectors } from '../../smuggling-vectors.ts'
import { type FuzzTarget, rule } from '../target.ts'

const PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/messages'])
const BOUNDS = {
  ...{ headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 60_000, bodyBytesMax: 4_000 },
  ...{ insecureHTTPParser: false, maxHeaderSize: 16_384 },
}
const ANSWER = 'HTTP/1.1 200 OK\r\n'

/** A request as a server read it. */
type Read = { readonly method: string; readonly path: string; readonly headers: object; body: string }

/** What a connection came to: its requests, in order, and how many answers were written to it. */
type Talk = { readonly requests: readonly Read[]; readonly answers: number; readonly isClosed: boolean }

const vectors = smugglingVectors()

/** Bytes on a connection: with the fast path before it, cut anywhere, a server reads the requests that node:http alone reads, and answers each once. */
export const rawTarget: FuzzTarget = {
  dictionary: [
    ...[
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
      '\0',
      '\t',
      ' ',
      ':',
      ', ',
      ';',
      'POST /v1/messages HTTP/1.1\r\n',
      'GET / HTTP/1.1\r\n',
      ' HTTP/1.0',
    ],
    ...[
      'Content-Length: 3\r\n',
      'Content-Length: 0\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Transfer-Encoding: identity\r\n',
      'Host: a\r\n',
    ],
    ...[
      'Expect: 100-continue\r\n',
      'Connection: close\r\n',
      'Connection: upgrade\r\nUpgrade: websocket\r\n',
      '0\r\n\r\n',
      '3\r\nabc\r\n',
      '3;x=y\r\n',
    ],
    ...[
      '__proto__: x\r\n',
      'Trailer: x\r\n',
      'TE: trailers\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\x16\x03\x01',
      '\xff',
      'f'.repeat(300),
    ],
  ],
  bytesMax: 12_000,
  make: (random) => {
    if (random.below(5) === 0) return vectors[random.below(vectors.length)]?.bytes ?? Buffer.alloc(0)
    return Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => requestCase(random.next).bytes))
  },
  read: async (input) => {
    const random = seededRandom(crc32(input))
    const cuts = Array.from({ length: random.below(4) }, () => random.below(input.length + 1)).toSorted((one, other) => one - other)
    const plain = await talk(plainServer, input, cuts)
    const fast = await talk(fastServer, input, cuts)
    sameTalk(fast, plain)
    return 1
  },
}

/**
 * The same requests, answers and end. Where node:http finds an error it ends the connection at once, with answers that it owes to what came
 * before in the same bytes; the fast path gives these first.
 */
function sameTalk(fast: Talk, plain: Talk): void {
  rule(fast.isClosed === plain.isClosed, 'a connection that one keeps and the other closes')
  rule(fast.requests.length === plain.requests.length, 'another number of requests than node:http reads')
  for (const [index, request] of fast.requests.entries()) {
    const other = plain.requests[index] ?? request
    const isAlike = plain.isClosed ? request.body.startsWith(other.body) : request.body === other.body
    rule(isAlike && isDeepStrictEqual({ ...request, body: '' }, { ...other, body: '' }), 'another request than node:http reads')
  }
  rule(plain.isClosed ? fast.answers >= plain.answers : fast.answers === plain.answers, 'another number of answers than node:http gives')
}

const plainServer = server()
const fastServer = withFastPath(server())

/** What requests and answers of the connection in hand are noted in; one is read at a time. */
function server(): Server {
  const made = http.createServer(BOUNDS, (request: IncomingMessage, response: ServerResponse) => void answer(request, response))
  made.on('clientError', (_, socket) => socket.destroy())
  return made
}

function withFastPath(made: Server): Server {
  const clock = { now: () => 0, monotonic: () => 0 }
  const path = new FastPath(made, {
    clock,
    bounds: BOUNDS,
    paths: PATHS,
    wait: () => false,
    serve: answer,
    isEnding: () => false,
    isSecure: false,
    share: queueMicrotask,
    lines: '',
  })
  path.end()
  return made
}

/** What requests of both servers have. */
type Asking = Pick<IncomingMessage, 'headers' | 'socket'> & {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly bodyLength?: number | undefined
  readonly whole?: Buffer | undefined
  on(event: 'data' | 'end' | 'close' | 'error', listener: (part: Buffer) => void): unknown
}
type Answering = { writeHead: (status: number, fields: string[]) => unknown; end: (body: string) => unknown }

/** The connections that are open, by where they come from. */
const wires = new Map<string, Wire>()

/** Reads a request to its end and answers it; what its connection read stands on the connection. */
async function answer(request: Asking, response: Answering): Promise<void> {
  const wire = wires.get(request.socket.remoteAddress ?? '')
  if (wire === undefined) return
  const read: Read = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers:
      request.bodyLength === undefined ? { ...request.headers } : { ...request.headers, 'content-length': String(request.bodyLength) },
    body: request.whole?.toString('latin1') ?? '',
  }
  wire.requests.push(read)
  const { promise: over, resolve } = Promise.withResolvers<boolean>()
  request.on('data', (part: Buffer) => {
    read.body += part.toString('latin1')
  })
  request.on('end', () => resolve(true))
  request.on('error', () => resolve(false))
  request.on('close', () => resolve(false))
  if (!(await over)) return
  response.writeHead(200, ['content-length', '2'])
  response.end('{}')
}

/** A connection without a network. */
class Wire extends Duplex {
  readonly requests: Read[] = []
  written = ''
  readonly remoteAddress: string
  bytesRead = 0

  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
    wires.set(remoteAddress, this)
  }

  override _read(): void {
    // What there is was pushed.
  }

  override _write(part: Buffer | string, _encoding: BufferEncoding, done: () => void): void {
    this.written += part.toString('latin1')
    done()
  }

  destroySoon(): void {
    this.end(() => this.destroy())
  }

  setTimeout(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }
}

async function talk(made: Server, input: Buffer, cuts: readonly number[]): Promise<Talk> {
  const wire = new Wire(made === fastServer ? '192.0.2.1' : '192.0.2.2')
  wire.on('error', () => undefined)
  made.emit('connection', wire as unknown as Socket)
  let from = 0
  for (const to of [...cuts, input.length]) {
    if (!wire.destroyed) wire.push(input.subarray(from, to))
    from = to
    await quiet(wire)
  }
  const told = { requests: wire.requests, answers: wire.written.split(ANSWER).length - 1, isClosed: wire.destroyed }
  wire.destroy()
  return told
}

/** Waits until nothing more is written: as long as there is an answer more in each turn, there may be a further one. */
async function quiet(wire: Wire): Promise<void> {
  let seen = -1
  for (let turns = 0; turns < QUIET_TURNS; turns = wire.written.length === seen ? turns + 1 : 0) {
    seen = wire.written.length
    await new Promise((resolve) => setImmediate(() => resolve(undefined)))
  }
}

const QUIET_TURNS = 3
