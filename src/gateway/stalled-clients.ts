import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../lib/index.ts'

/** For so long a client may take nothing of what waits for it; a megabyte, the most that waits in one piece, is taken in that time at 3.5 kB/s. */
const STALLED_MS_MAX = 300_000
/** How often it is looked. */
export const STALLED_LOOK_MS = 5_000

type Taking = { taken: number; since: number }

/**
 * Lets go of clients that take nothing of their answers. Each would keep a call open, with what is held for it and its place with the upstream,
 * and a gateway that is to be replaced alive, for as long as its kernel answers for it.
 */
export class StalledClients {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** What each had taken when that last grew, and when that was; nothing of clients that nothing waits for. */
  readonly #waiting = new Map<Socket, Taking>()
  readonly #all = new Set<Socket>()

  /** To be made before connections come. */
  constructor(server: Pick<Server, 'on'>, { clock, isSecure }: { readonly clock: Pick<Clock, 'monotonic'>; readonly isSecure: boolean }) {
    this.#clock = clock
    server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#all.add(socket)
      socket.once('close', () => {
        this.#all.delete(socket)
        this.#waiting.delete(socket)
      })
    })
  }

  /** Ends the connections on which nothing was taken for too long. To be called every STALLED_LOOK_MS. */
  look(): void {
    const now = this.#clock.monotonic()
    for (const socket of this.#all) this.#lookAt(socket, now)
  }

  #lookAt(socket: Socket, now: number): void {
    if (socket.writableLength === 0) {
      this.#waiting.delete(socket)
      return
    }
    const taken = socket.bytesWritten - socket.writableLength
    const known = this.#waiting.get(socket)
    if (known === undefined || known.taken !== taken) this.#waiting.set(socket, { taken, since: now })
    else if (now - known.since >= STALLED_MS_MAX) socket.destroy()
  }
}
