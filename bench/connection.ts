import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

/** What became of one call; `events` counts the SSE events seen. Times are performance.now() milliseconds. */
export type Outcome = {
  readonly status: number
  /** The beginning of an answer that was not 200, for the one line that says why a measurement is void. */
  readonly note: string
  readonly events: number
  readonly firstByteAt: number
  readonly endedAt: number
}

/** How long a connection may lie idle before another call goes over it. */
const FRESH_MS = 3000
const CHUNKED_END = '\r\n0\r\n\r\n'

/** One keep-alive HTTP/1.1 connection that carries one call at a time and looks at no more of an answer than where it ends. */
export class Connection {
  readonly #socket: Socket
  #settle: ((outcome: Outcome) => void) | undefined
  #held: Buffer | undefined
  #status = 0
  #note = ''
  #left = -1
  #tail = ''
  #events = 0
  #firstByteAt = 0
  #isOpen = true
  #usedAt = performance.now()

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (data) => this.#read(data))
    socket.on('close', () => this.#end(0))
    // The close event that follows is what ends the call.
    socket.on('error', () => socket.destroy())
  }

  /** A connection that is established, over TLS to localhost where its certificate (PEM) is given, or a rejection. */
  static open({ port, ca }: { readonly port: number; readonly ca?: string }): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const carrier = ca === undefined ? socket : connectSecurely({ socket, servername: 'localhost', ca })
      carrier.once('error', reject)
      carrier.once(ca === undefined ? 'connect' : 'secureConnect', () => {
        carrier.off('error', reject)
        resolve(new Connection(carrier))
      })
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Open, and used so lately that the other side will not be closing it just now (Node's servers do after 5 s). */
  get isFresh(): boolean {
    return this.#isOpen && performance.now() - this.#usedAt < FRESH_MS
  }

  /** Sends the bytes of a whole request; `settle` is called once, with status 0 when the connection ended before the answer did. */
  send(request: Buffer, settle: (outcome: Outcome) => void): void {
    this.#settle = settle
    this.#held = undefined
    this.#status = 0
    this.#note = ''
    this.#left = -1
    this.#tail = ''
    this.#events = 0
    this.#firstByteAt = 0
    this.#socket.write(request)
  }

  close(): void {
    this.#isOpen = false
    this.#socket.destroy()
  }

  #read(data: Buffer): void {
    if (this.#settle === undefined) return
    const body = this.#status === 0 ? this.#readHead(data) : data
    if (body === undefined || (body.length === 0 && this.#left !== 0)) return
    if (this.#status !== 200 && this.#note === '') this.#note = body.toString('latin1', 0, 200)
    if (this.#firstByteAt === 0) this.#firstByteAt = performance.now()
    if (this.#left >= 0) {
      this.#left -= body.length
      if (this.#left <= 0) this.#finish()
      return
    }
    this.#events += countEvents(body, this.#tail)
    this.#tail = lastBytes(body, this.#tail)
    if (this.#tail === CHUNKED_END) this.#finish()
  }

  /** The part of the bytes that is body, once the head is whole; sets status and length (−1 for a chunked body). */
  #readHead(data: Buffer): Buffer | undefined {
    const bytes = this.#held === undefined ? data : Buffer.concat([this.#held, data])
    const headEnd = bytes.indexOf('\r\n\r\n')
    if (headEnd < 0) {
      this.#held = bytes
      return undefined
    }
    const head = bytes.toString('latin1', 0, headEnd).toLowerCase()
    const at = head.indexOf('\r\ncontent-length:')
    this.#status = Number.parseInt(head.slice(9, 12), 10)
    this.#left = at >= 0 ? Number.parseInt(head.slice(at + 17), 10) : -1
    if (at < 0) this.#tail = '\r\n'
    return bytes.subarray(headEnd + 4)
  }

  #finish(): void {
    this.#end(this.#status)
  }

  #end(status: number): void {
    if (status === 0) this.#isOpen = false
    const settle = this.#settle
    const endedAt = performance.now()
    this.#settle = undefined
    this.#usedAt = endedAt
    settle?.({ status, note: this.#note, events: this.#events, firstByteAt: this.#firstByteAt, endedAt })
  }
}

/** Empty lines that end in these bytes; one cut by the read before is counted here. */
function countEvents(body: Buffer, tail: string): number {
  let count = tail.endsWith('\n') && !tail.endsWith('\r\n') && body[0] === 10 ? 1 : 0
  for (let at = body.indexOf('\n\n'); at >= 0; at = body.indexOf('\n\n', at + 2)) count++
  return count
}

const lastBytes = (body: Buffer, tail: string): string =>
  body.length >= CHUNKED_END.length
    ? body.toString('latin1', body.length - CHUNKED_END.length)
    : (tail + body.toString('latin1')).slice(-CHUNKED_END.length)
