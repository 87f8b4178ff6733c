import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../lib/index.ts'
import { type ConnectionPlace, type FastBounds, FastConnection } from './fast-connection.ts'
import { SlicedSocket } from './sliced-socket.ts'

/** What a fast path is made of; `lines`: header lines of every answer, each with its end. */
export type FastPathOptions = Pick<ConnectionPlace, 'paths' | 'wait' | 'serve' | 'isEnding'> & {
  readonly clock: Clock
  readonly bounds: FastBounds & { readonly connectionsCheckingInterval: number }
  readonly isSecure: boolean
  /** Calls a step when it is its turn, of all that would take all of the time. */
  readonly share: (step: () => void) => void
  readonly lines: string
}

/** Stands before node:http's own listener of a server and takes its connections, until one brings what is not plain. */
export class FastPath {
  readonly #options: FastPathOptions
  readonly #connections = new Set<FastConnection>()
  readonly #sweeping: NodeJS.Timeout
  /** The time of the date that is in `#keptTail`, in seconds since 1970. */
  #second = 0
  #keptTail = ''
  #handedOver = 0

  /** To be made before others listen to the server's connections. */
  constructor(server: Server, options: FastPathOptions) {
    this.#options = options
    const event = options.isSecure ? 'secureConnection' : 'connection'
    const nodes = server.listeners(event)
    const place: ConnectionPlace = {
      ...options,
      tailOf: (isKept) => this.#tailOf(isKept),
      onClosed: (connection) => this.#connections.delete(connection),
      onHandedOver: (connection, socket, bytes) => {
        this.#connections.delete(connection)
        this.#handedOver += 1
        const sliced = new SlicedSocket(socket, bytes, options.share)
        for (const listener of nodes) Reflect.apply(listener, server, [sliced])
      },
    }
    server.removeAllListeners(event)
    server.on(event, (socket: Socket) => this.#connections.add(new FastConnection(socket, place)))
    this.#sweeping = setInterval(() => this.#sweep(), options.bounds.connectionsCheckingInterval)
  }

  /** Connections that went on to node:http, since this process began. */
  get handedOver(): number {
    return this.#handedOver
  }

  /** Closes what carries no answer. */
  closeUnused(): void {
    for (const connection of this.#connections) if (connection.isUnused) connection.close()
  }

  /** Closes all, whatever is on its way on them. */
  closeAll(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  /** To be called when every connection is closed. */
  end(): void {
    clearInterval(this.#sweeping)
  }

  #sweep(): void {
    const now = this.#options.clock.monotonic()
    for (const connection of this.#connections) connection.expire(now)
  }

  #tailOf(isKept: boolean): string {
    const { clock, bounds, lines } = this.#options
    const second = Math.floor(clock.now() / 1_000)
    if (second !== this.#second) {
      this.#second = second
      const date = `${lines}Date: ${new Date(second * 1_000).toUTCString()}\r\n`
      this.#keptTail = `${date}Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(bounds.keepAliveTimeout / 1_000)}\r\n`
    }
    return isKept ? this.#keptTail : `${this.#keptTail.slice(0, this.#keptTail.indexOf('Connection: '))}Connection: close\r\n`
  }
}
