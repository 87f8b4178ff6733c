// Guarantee: the load process sees each answer end where it ends and counts each event once, however the bytes are cut.
import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { createServer as createSecureServer } from 'node:tls'
import { certificateFor } from '../sim/index.ts'
import { requestBody, STREAM_DELTAS, streamEvents } from './bodies.ts'
import { startOwn, stopTree } from './child-process.ts'
import { Connection, type Outcome } from './connection.ts'
import type { UpstreamReady } from './messages.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

const request = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`), body])

const send = (connection: Connection, bytes: Buffer) => new Promise<Outcome>((resolve) => connection.send(bytes, resolve))

/** Runs `use` with a connection to a server that answers any bytes with `answer`. */
async function withServer(answer: (socket: Socket) => void, use: (connection: Connection) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const connection = await Connection.open(address)
  try {
    await use(connection)
  } finally {
    connection.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

test('a stream cut anywhere has all its events', async () => {
  const events = streamEvents(true).slice(-4)
  const bytes = Buffer.concat([Buffer.from(HEAD), ...events, Buffer.from('0\r\n\r\n')])
  for (const size of [1, 7, 64, 331, bytes.length]) {
    const answer = async (socket: Socket) => {
      for (let at = 0; at < bytes.length; at += size) {
        socket.write(bytes.subarray(at, at + size))
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await withServer(
      (socket) => void answer(socket),
      async (connection) => {
        const outcome = await send(connection, Buffer.from('x'))
        assert.deepEqual([outcome.status, outcome.events], [200, 4], `pieces of ${size} bytes`)
        assert.ok(outcome.firstByteAt > 0 && outcome.firstByteAt <= outcome.endedAt)
      },
    )
  }
})

test('an answer that is not 200 says so, and one that is cut off has status 0 and ends the connection', async () => {
  await withServer(
    (socket) => socket.write('HTTP/1.1 500 No\r\ncontent-length: 4\r\n\r\noops'),
    async (connection) => {
      const outcome = await send(connection, Buffer.from('x'))
      assert.deepEqual([outcome.status, outcome.note, connection.isOpen], [500, 'oops', true])
    },
  )
  await withServer(
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\noops'),
    async (connection) => {
      const outcome = await send(connection, Buffer.from('x'))
      assert.deepEqual([outcome.status, connection.isOpen], [0, false])
    },
  )
})

test('the upstream answers every body on one connection, plain and streamed', async () => {
  const { child, first } = await startOwn<UpstreamReady>('./upstream.ts')
  try {
    const connection = await Connection.open(first)
    for (const name of ['1kb', '30kb', '1mb', 'stream', '1mb', '1kb'] as const) {
      const outcome = await send(connection, request(requestBody(name)))
      assert.deepEqual([outcome.status, outcome.events], [200, name === 'stream' ? STREAM_DELTAS + 4 : 0], name)
    }
    connection.close()
  } finally {
    await stopTree(child)
  }
})

test('a call over TLS is for the certificate that is given, and for no other', async () => {
  const certificate = certificateFor('localhost')
  const server = createSecureServer(certificate, (socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  try {
    const connection = await Connection.open({ port: address.port, ca: certificate.cert })
    assert.equal((await send(connection, Buffer.from('x'))).status, 200)
    connection.close()
    await assert.rejects(Connection.open({ port: address.port, ca: certificateFor('localhost').cert }))
  } finally {
    server.close()
  }
})
