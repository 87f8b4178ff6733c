// Guarantee: whatever a body is cut into and however slowly it is taken, its pieces are its bytes in their order; single bytes that are here together are one
// piece; a client waits while nobody takes; who leaves early reads the rest away; and a client that is gone is told as one.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { BodyPieces } from './body-pieces.ts'
import { ClientGone } from './client-gone.ts'

let waiting: ((came: readonly [IncomingMessage, ServerResponse]) => void)[] = []
const server = createServer((...came) => waiting.shift()?.(came))
const nextRequest = () =>
  new Promise<readonly [IncomingMessage, ServerResponse]>((resolve) => {
    waiting.push(resolve)
  })
const open = async (): Promise<Socket> => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}
before(() => once(server.listen(0, '127.0.0.1'), 'listening'))
after(() => {
  waiting = []
  server.closeAllConnections()
  server.close()
})

const HEAD = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
const END = '0\r\n\r\n'

async function all(pieces: BodyPieces): Promise<readonly Buffer[]> {
  const taken: Buffer[] = []
  for (let piece = await pieces.next(); piece !== undefined; piece = await pieces.next()) taken.push(Buffer.from(piece))
  return taken
}

test('pieces are the bytes of a body, whatever it was cut into', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 }), fc.nat(3), async (parts, turns) => {
      const coming = nextRequest()
      const socket = await open()
      socket.write(HEAD)
      const [request, response] = await coming
      const pieces = new BodyPieces(request)
      for (const part of parts) {
        socket.write(chunk(Buffer.from(part)))
        for (let turn = 0; turn < turns; turn += 1) await nextTurn()
      }
      socket.write(END)
      assert.deepEqual(Buffer.concat(await all(pieces)), Buffer.concat(parts))
      assert.equal(await pieces.next(), undefined)
      response.end()
      socket.destroy()
    }),
    { numRuns: 60 },
  )
})

test('single bytes that are here together are one piece', async () => {
  const coming = nextRequest()
  const socket = await open()
  socket.write(`${HEAD}${'1\r\na\r\n'.repeat(20_000)}${END}`)
  const taken = await all(new BodyPieces((await coming)[0]))
  assert.equal(Buffer.concat(taken).toString(), 'a'.repeat(20_000))
  assert.ok(taken.length < 100, `${taken.length} pieces`)
  socket.destroy()
})

test('a client waits while nobody takes, and goes on when somebody does', async () => {
  const coming = nextRequest()
  const socket = await open()
  socket.write(HEAD)
  const [request] = await coming
  const pieces = new BodyPieces(request)
  const block = chunk(Buffer.alloc(1_000_000, 'a'))
  let written = 0
  while (written < 60 && socket.write(block)) written += 1
  for (; written < 60; written += 1) socket.write(block)
  socket.write(END)
  await pieces.next()
  while (!request.isPaused()) await nextTurn()
  assert.ok(socket.writableLength > 20_000_000, `${socket.writableLength} bytes wait`)
  assert.ok(Buffer.concat(await all(pieces)).length > 59_000_000)
  socket.destroy()
})

test('who leaves reads the rest away, and the connection carries the next request', async () => {
  const coming = nextRequest()
  const socket = await open()
  socket.write(Buffer.concat([Buffer.from(HEAD), chunk(Buffer.alloc(500_000, 'a'))]))
  const [request, response] = await coming
  const pieces = new BodyPieces(request)
  await pieces.next()
  pieces.leave()
  await assert.rejects(pieces.next(), ClientGone)
  const next = nextRequest()
  socket.write(Buffer.concat([chunk(Buffer.alloc(500_000, 'a')), Buffer.from(END)]))
  response.end()
  socket.write('GET /next HTTP/1.1\r\nhost: a\r\n\r\n')
  assert.equal((await next)[0].url, '/next')
  socket.destroy()
})

test('who waits for a client that is gone, or that somebody has left, is told so', async () => {
  for (const leave of [(socket: Socket) => socket.destroy(), (_: Socket, pieces: BodyPieces) => pieces.leave()]) {
    const coming = nextRequest()
    const socket = await open()
    socket.write(HEAD)
    const pieces = new BodyPieces((await coming)[0])
    const told = assert.rejects(pieces.next(), ClientGone)
    leave(socket, pieces)
    await told
    socket.destroy()
  }
})
