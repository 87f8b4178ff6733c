import net from 'node:net'

/** A request that is more than any server should have to take: its head, and pieces of a body that are made as they are sent. */
export type Flood = {
  readonly port: number
  readonly head: readonly string[]
  readonly body: () => Iterable<string | Buffer>
  /** Each piece is framed as a chunk; without it the head says how long the body is. */
  readonly isChunked?: boolean
}

/** What a flood came to: the status of the answer, 0 when the connection ended without one, and the bytes that were taken off our hands. */
export type Ebb = { readonly status: number; readonly sent: number }

const ANSWER_MS_MAX = 120_000

/** Sends until an answer begins or the connection ends; never rejects. */
export function flood({ port, head, body, isChunked = false }: Flood): Promise<Ebb> {
  return new Promise((resolve) => {
    const framing = isChunked ? ['transfer-encoding: chunked'] : []
    let isAnswered = false
    const socket = net.connect(port, '127.0.0.1', () => void send().catch(() => socket.destroy()))
    const send = async (): Promise<void> => {
      await write(socket, `${[...head, ...framing].join('\r\n')}\r\n\r\n`)
      for (const piece of body()) {
        if (isAnswered || socket.destroyed) return
        const bytes = Buffer.from(piece)
        if (isChunked) await write(socket, Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]))
        else await write(socket, bytes)
      }
      if (isChunked && !isAnswered) await write(socket, '0\r\n\r\n')
    }
    let text = ''
    socket.on('data', (part: Buffer) => {
      text = (text + part.toString('latin1')).slice(0, 200)
      isAnswered = /^HTTP\/1\.1 [2-5]\d\d/.test(text)
      if (isAnswered) socket.destroy()
    })
    socket.on('error', () => socket.destroy())
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy())
    socket.on('close', () => {
      const [, status = '0'] = /^HTTP\/1\.1 ([2-5]\d\d)/.exec(text) ?? []
      resolve({ status: Number(status), sent: socket.bytesWritten })
    })
  })
}

/** Resolves when the kernel has room again, or the connection is gone. */
function write(socket: net.Socket, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed || socket.write(bytes)) return resolve()
    const done = (): void => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.once('drain', done)
    socket.once('close', done)
  })
}
