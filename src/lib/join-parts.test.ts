// Guarantee: a body comes whole and in its order however it is framed and cut, in one part for each read, and who leaves or is slow harms nobody.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { joinParts } from './join-parts.ts'

type Read = (message: IncomingMessage) => Promise<readonly Buffer[]>

const flowing: Read = async (message) => {
  const parts: Buffer[] = []
  message.on('data', (part: Buffer) => parts.push(part))
  await once(message, 'end')
  return parts
}
const iterating: Read = async (message) => {
  const parts: Buffer[] = []
  for await (const part of message) {
    parts.push(part as Buffer)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return parts
}

let read: Read = flowing
let taken: readonly Buffer[] = []
const server = http.createServer((message, response) => {
  joinParts(message)
  // Whoever reads begins later.
  setImmediate(() => {
    read(message).then(
      (parts) => {
        taken = parts
        response.end('ok')
      },
      () => response.destroy(),
    )
  })
})
let port = 0
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  port = (server.address() as AddressInfo).port
})
after(() => {
  server.closeAllConnections()
  server.close()
})

/** Sends a body in these chunks, all in as few writes as the system makes of it; resolves with the status line's beginning. */
async function send(chunks: readonly Buffer[]): Promise<string> {
  const framed = chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])
  const socket = net.connect(port, '127.0.0.1')
  const head = Buffer.from('POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n')
  socket.write(Buffer.concat([head, ...framed, Buffer.from('0\r\n\r\n')]))
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('latin1', 0, 12)
}

test('any chunks come whole and in order, to whoever flows and to whoever takes his time', async () => {
  const seed = Date.now() % 1_000_000
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 9_000 }), { maxLength: 40 }),
      fc.constantFrom(flowing, iterating),
      async (chunks, way) => {
        read = way
        const sent = chunks.map((chunk) => Buffer.from(chunk))
        assert.equal(await send(sent), 'HTTP/1.1 200')
        assert.ok(Buffer.concat(taken).equals(Buffer.concat(sent)))
      },
    ),
    { seed, numRuns: 60 },
  )
})

test('single bytes are few parts', async () => {
  for (const way of [flowing, iterating]) {
    read = way
    const bytes = Array.from({ length: 30_000 }, (_, index) => Buffer.of(index % 251))
    assert.equal(await send(bytes), 'HTTP/1.1 200')
    assert.ok(Buffer.concat(taken).equals(Buffer.concat(bytes)))
    assert.ok(taken.length < bytes.length / 100, `${taken.length} parts`)
  }
})

test('who leaves in the middle is told as gone', async () => {
  read = iterating
  const socket = net.connect(port, '127.0.0.1')
  const ended = new Promise<void>((resolve) => {
    server.once('request', (message: IncomingMessage) => {
      message.once('close', () => resolve())
      // Not before it is there: a machine that is busy for that long would never see it.
      setTimeout(() => socket.destroy(), 20)
    })
  })
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n')
  await ended
})
