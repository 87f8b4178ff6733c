import type { Clock } from '../../lib/index.ts'
import type { FieldNames } from './field-names.ts'
import { type OpenSocket, openSocket } from './open-socket.ts'
import { OriginPool } from './origin-pool.ts'
import { Pace } from './pace.ts'
import type { AnyConnection } from './pool-options.ts'
import type { ReplyHandler } from './reply-handler.ts'
import { keptFields } from './reply-head.ts'
import type { UpstreamRequest } from './request-head.ts'
import { Turns } from './turns.ts'

export { type RequestHead, requestHead, type UpstreamRequest } from './request-head.ts'

/** What a client is made of. */
export type UpstreamClientOptions = {
  readonly clock: Clock
  /** How long a connection may take to be there. */
  readonly connectMs: number
  /** As origins say when left out. */
  readonly openSocket?: OpenSocket
  /** Names of fields of replies that are told beside those that are asked for everywhere; in lower case. */
  readonly fields?: readonly string[]
}

/** How exactly times are kept: one timer looks after all connections, as one for each costs more than the request. */
const SWEEP_MS = 100

/**
 * Sends requests to upstreams over connections that are kept. A request is sent once: whether it may be again is for who sent it. Codes of
 * failures: those of UpstreamClientError, and those of sockets.
 */
export class UpstreamClient {
  readonly #options: UpstreamClientOptions
  readonly #pools = new Map<string, OriginPool>()
  readonly #turns = new Turns()
  readonly #pace = new Pace()
  readonly #kept: FieldNames
  readonly #connections = new Set<AnyConnection>()
  #sweeper: NodeJS.Timeout | undefined

  constructor(options: UpstreamClientOptions) {
    this.#options = options
    this.#kept = keptFields(options.fields ?? [])
  }

  /** Connections that are open or being opened, and those of them that carry nothing. */
  get counts(): { readonly open: number; readonly idle: number } {
    return { open: this.#connections.size, idle: [...this.#pools.values()].reduce((sum, { idleCount }) => sum + idleCount, 0) }
  }

  /** Sends a request, whose reply the handler is told. */
  dispatch(request: UpstreamRequest, handler: ReplyHandler): void {
    this.#poolOf(request.head.origin).send(request, handler)
  }

  /** Closes every connection; what is under way fails. */
  close(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  #poolOf(origin: string): OriginPool {
    const known = this.#pools.get(origin)
    if (known !== undefined) return known
    const pool = new OriginPool(origin, {
      ...{ openSocket, ...this.#options, turns: this.#turns, pace: this.#pace, kept: this.#kept },
      onOpened: (connection) => this.#add(connection),
      onClosed: (connection) => this.#remove(connection),
    })
    this.#pools.set(origin, pool)
    return pool
  }

  #add(connection: AnyConnection): void {
    this.#connections.add(connection)
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
  }

  #remove(connection: AnyConnection): void {
    this.#connections.delete(connection)
    if (this.#connections.size > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic()
    for (const connection of this.#connections) connection.expire(now)
  }
}
