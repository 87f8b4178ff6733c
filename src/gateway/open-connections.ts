import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const LOOK_MS = 20

/**
 * The connections of a server, so that one that is told to end can close those that no answer is on its way on. node:http closes by
 * itself those that wait for a next request; not those on which nothing was ever sent, or an answered request goes on being sent.
 */
export class OpenConnections {
  readonly #server: Server
  readonly #all = new Set<Socket>()
  readonly #answered = new Set<Socket>()
  readonly #watched = new WeakSet<Socket>()

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket: Socket) => {
      this.#all.add(socket)
      socket.once('close', () => this.#all.delete(socket))
    })
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request
      this.#answered.delete(socket)
      this.#watch(socket)
      response.once('close', () => {
        if (!request.complete && !socket.destroyed) this.#answered.add(socket)
      })
    })
  }

  /** Resolves when there is no connection, after so many milliseconds at the latest; not before one that waits to be accepted had its turn. */
  async untilNone(millisMax: number): Promise<void> {
    for (let waited = 0; waited < millisMax; waited += LOOK_MS) {
      await delay(LOOK_MS)
      if (this.#all.size === 0) return
    }
  }

  /** Closes what carries no answer. */
  closeUnused(): void {
    this.#server.closeIdleConnections()
    for (const socket of this.#all) if (socket.bytesRead === 0) socket.destroy()
    // Each is told once: whoever asks does so again and again, and one may take long to have sent what is left.
    for (const socket of this.#answered) socket.destroySoon()
    this.#answered.clear()
  }

  /** What a request comes on may be another object than the connection that was accepted, such as one with TLS taken off. */
  #watch(socket: Socket): void {
    if (this.#watched.has(socket)) return
    this.#watched.add(socket)
    socket.once('close', () => this.#answered.delete(socket))
  }
}
