import type { Clock } from '../../lib/index.ts'
import { Connection } from './connection.ts'
import type { FieldNames } from './field-names.ts'
import type { OpenSocket } from './open-socket.ts'
import type { Pace } from './pace.ts'
import type { ReplyHandler } from './reply-handler.ts'
import type { UpstreamRequest } from './request-head.ts'
import type { Turns } from './turns.ts'

/** What the connections to an origin have in common; times in milliseconds. */
export type PoolOptions = {
  readonly clock: Clock
  readonly connectMs: number
  readonly openSocket: OpenSocket
  readonly turns: Turns
  readonly pace: Pace
  /** The fields of replies' heads that are told. */
  readonly kept: FieldNames
  /** Told of connections that are new and of those that are gone. */
  readonly onOpened: (connection: Connection) => void
  readonly onClosed: (connection: Connection) => void
}

/** How long an idle connection is kept, as many upstreams keep theirs a minute; 30 s after a crowd all that it opened is closed. */
const IDLE_MS = 25_000
/** An upstream that says how long it keeps one may already be closing it by then. */
const IDLE_MARGIN_MS = 1_000
const IDLE_MAX = 256

/** The connections to one origin: as many as there are requests, and those that wait for the next; the one that was used last is taken first. */
export class OriginPool {
  readonly #url: URL
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  /** Lets the next TLS connection begin with what the last one agreed on. */
  #session: Buffer | undefined

  constructor(origin: string, options: PoolOptions) {
    this.#url = new URL(origin)
    this.#options = options
  }

  get idleCount(): number {
    return this.#idle.length
  }

  /** Sends a request over a connection that carries nothing now. */
  send(request: UpstreamRequest, handler: ReplyHandler): void {
    this.#take().send(request, handler)
  }

  #take(): Connection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) if (idle.isOpen) return idle
    return this.#open()
  }

  #open(): Connection {
    const { clock, connectMs, turns, pace, kept, openSocket, onOpened } = this.#options
    const opening = openSocket(this.#url, this.#session)
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
