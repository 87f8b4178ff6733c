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

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket: Socket) => {
      this.#all.add(socket)
      socket.once('close', () => {
        this.#all.delete(socket)
        this.#answered.delete(socket)
      })
    })
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answered.delete(request.socket)
      response.once('close', () => {
        if (!request.complete && !request.socket.destroyed) this.#answered.add(request.socket)
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
    for (const socket of this.#answered) socket.destroySoon()
  }
}
