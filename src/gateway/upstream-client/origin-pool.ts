import { Connection } from './connection.ts'
import { IDLE_MS, type PoolOptions } from './pool-options.ts'
import type { ReplyHandler } from './reply-handler.ts'
import type { UpstreamRequest } from './request-head.ts'
import { SharedPool } from './shared-pool.ts'
import type { Asked } from './shared-stream.ts'

/** An upstream that says how long it keeps one may already be closing it by then. */
const IDLE_MARGIN_MS = 1_000
const IDLE_MAX = 256

/** The connections to one origin: as many as there are requests, and those that wait for the next; the one that was used last is taken first. */
export class OriginPool {
  readonly #url: URL
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  /** Missing where connections are not secure: who speaks HTTP/2 there cannot be asked. */
  readonly #shared: SharedPool | undefined
  /** Lets the next TLS connection begin with what the last one agreed on. */
  #session: Buffer | undefined

  constructor(origin: string, options: PoolOptions) {
    this.#url = new URL(origin)
    this.#options = options
    const send = ({ request, handler }: Asked): void => this.send(request, handler)
    if (this.#url.protocol === 'https:') this.#shared = new SharedPool(this.#url, { ...options, send })
  }

  get idleCount(): number {
    return this.#idle.length + (this.#shared?.idleCount ?? 0)
  }

  /** Sends a request over a connection that carries nothing now, or over one that it shares. */
  send(request: UpstreamRequest, handler: ReplyHandler): void {
    if (this.#shared?.takes(request) === true) this.#shared.send({ request, handler })
    else this.#take().send(request, handler)
  }

  #take(): Connection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.isOpen) return idle
    return this.#open()
  }

  #open(): Connection {
    const { clock, connectMs, turns, pace, kept, openSocket, onOpened } = this.#options
    const opening = openSocket(this.#url, { session: this.#session, isShared: false })
    opening.socket.on('session', (session: Buffer) => {
      this.#session = session
    })
    // A session that the upstream does not take up must not be tried for ever.
    opening.socket.once('error', () => {
      this.#session = undefined
    })
    const connection = new Connection({
      ...{ ...opening, clock, connectMs, turns, pace, kept },
      owner: {
        onIdle: (one, keptMs) => this.#keep(one, keptMs),
        onClosed: (one) => this.#forget(one),
      },
    })
    onOpened(connection)
    return connection
  }

  #keep(connection: Connection, keptMs: number | undefined): void {
    const millis = keptMs === undefined ? IDLE_MS : Math.min(IDLE_MS, keptMs - IDLE_MARGIN_MS)
    if (millis <= 0 || this.#idle.length >= IDLE_MAX) {
      connection.destroy()
      return
    }
    connection.rest(millis)
    this.#idle.push(connection)
  }

  #forget(connection: Connection): void {
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#options.onClosed(connection)
  }
}
