import type { PoolOptions } from './pool-options.ts'
import { lengthOf, type UpstreamRequest } from './request-head.ts'
import { SharedConnection } from './shared-connection.ts'
import type { Asked } from './shared-stream.ts'

/** What the connections to an origin have in common. */
export type SharedPoolOptions = PoolOptions & {
  /** Sends a call in whatever way it can be sent now. */
  readonly send: (asked: Asked) => void
}

/** For so long an upstream that does not speak HTTP/2, or not well, is not asked to. */
const UNSPOKEN_MS = 3_600_000
/** Larger ones would take turns with the small ones of others on their way up. */
const BODY_BYTES_MAX = 32_768

/**
 * The connections to one origin that calls share: replies that come piece by piece cost less on one that carries many, and need none to be opened;
 * those that come whole cost more.
 */
export class SharedPool {
  readonly #url: URL
  readonly #options: SharedPoolOptions
  readonly #connections = new Set<SharedConnection>()
  #unspokenUntil = Number.NEGATIVE_INFINITY

  constructor(url: URL, options: SharedPoolOptions) {
    this.#url = url
    this.#options = options
  }

  get idleCount(): number {
    return [...this.#connections].filter(({ isIdle }) => isIdle).length
  }

  /** Whether a request goes over a connection that others use. */
  takes({ isStream, body }: UpstreamRequest): boolean {
    return isStream && this.#options.clock.monotonic() >= this.#unspokenUntil && lengthOf(body) <= BODY_BYTES_MAX
  }

  /** Sends a request that this takes: those that came first are filled first, so that others get idle. */
  send(asked: Asked): void {
    for (const connection of this.#connections) {
      if (!connection.hasRoom) continue
      connection.send(asked)
      return
    }
    this.#open().send(asked)
  }

  #open(): SharedConnection {
    const { openSocket, onOpened, onClosed, send, clock } = this.#options
    const connection = new SharedConnection({
      ...this.#options,
      url: this.#url,
      opening: openSocket(this.#url, { isShared: true }),
      owner: {
        onUnspoken: () => {
          this.#unspokenUntil = clock.monotonic() + UNSPOKEN_MS
        },
        onReturned: send,
        onClosed: (one) => {
          this.#connections.delete(one)
          onClosed(one)
        },
      },
    })
    this.#connections.add(connection)
    onOpened(connection)
    return connection
  }
}
