import net from 'node:net'

/** An address that nobody may call: it counts whoever does, and what they say. */
export type ListeningCanary = {
  readonly host: string
  readonly url: string
  readonly contacts: () => number
  readonly heard: () => string
  readonly close: () => void
}

const HEARD_BYTES_MAX = 65_536

/** Listens on a port of its own. */
export async function startListeningCanary(): Promise<ListeningCanary> {
  let contacts = 0
  let heard = ''
  const server = net.createServer((socket) => {
    contacts += 1
    socket.on('data', (chunk: Buffer) => {
      if (heard.length < HEARD_BYTES_MAX) heard += chunk.toString('latin1')
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}')
    })
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return { host, url: `http://${host}`, contacts: () => contacts, heard: () => heard, close: () => server.close() }
}
