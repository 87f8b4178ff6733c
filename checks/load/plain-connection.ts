import { connect, type Socket } from 'node:net'

const HEAD_END = '\r\n\r\n'

/**
 * A customer's connection that is kept, and made anew when it was closed. It carries one call at a time and reads no more of an answer than its
 * status and length, so that thousands of customers take little of the machine that is measured.
 */
export class PlainConnection {
  readonly #port: number
  #socket: Socket | undefined
  #end: ((status: number) => void) | undefined
  #head = ''
  #status = 0
  #left = 0
  #isLast = false

  constructor(base: string) {
    this.#port = Number(new URL(base).port)
  }

  /** The status of the answer to a request, as bytes; 0 where the connection ended before it was whole. */
  call(request: Buffer): Promise<number> {
    this.#head = ''
    this.#status = 0
    const ended = new Promise<number>((resolve) => {
      this.#end = resolve
    })
    this.#socket ??= this.#open()
    this.#socket.write(request)
    return ended
  }

  /** Leaves at once, whatever is on its way. */
  leave(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#finish(0)
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.on('data', (data) => {
      if (this.#socket === socket) this.#read(data)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket === socket) this.leave()
    })
    return socket
  }

  #read(data: Buffer): void {
    if (this.#status !== 0) this.#left -= data.length
    else {
      this.#head += data.toString('latin1')
      const end = this.#head.indexOf(HEAD_END)
      if (end < 0) return
      // An answer without a length is none that this reads: it counts as cut off.
      this.#isLast = /\r\nconnection: *close\r\n/i.test(this.#head.slice(0, end + 2))
      const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(this.#head.slice(0, end + 2))?.[1]
      if (length === undefined) {
        this.leave()
        return
      }
      this.#status = Number(this.#head.slice(9, 12))
      this.#left = Number(length) - (this.#head.length - end - HEAD_END.length)
    }
    if (this.#left > 0) return
    // Nothing may be sent after an answer that says so. Source: RFC 9112 §9.6 (2022-06).
    if (this.#isLast) this.#socket = undefined
    this.#finish(this.#status)
  }

  #finish(status: number): void {
    const end = this.#end
    this.#end = undefined
    end?.(status)
  }
}
