// Guarantee: an accepted connection that is read into memory of one's own gives every byte once and in order, waits while it is paused, tells its end,
// and is counted by its server until it is closed.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { readInto } from './read-into.ts'

const PLACE_BYTES = 1_000

/** A connection, both ends of it. */
async function connected(
  allowHalfOpen: boolean,
): Promise<{ readonly client: Socket; readonly socket: Socket; readonly server: net.Server }> {
  const read = Buffer.alloc(PLACE_BYTES)
  const accepted = Promise.withResolvers<Socket>()
  const server = net.createServer({ allowHalfOpen }, (one) =>
    accepted.resolve(readInto(one, { buffer: read, told: (count) => Buffer.from(read.subarray(0, count)) })),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = net.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  return { client, socket: await accepted.promise, server }
}

test('every byte comes once and in order, also to one that pauses', async () => {
  const { client, socket, server } = await connected(true)
  const sent = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at * at) % 251))
  const told: Buffer[] = []
  socket.on('data', (bytes: Buffer) => {
    told.push(bytes)
    if (told.length % 7 !== 0) return
    socket.pause()
    const { length } = told
    void turn().then(() => {
      assert.equal(told.length, length, 'nothing comes to one that is paused')
      socket.resume()
    })
  })
  const ended = once(socket, 'end')
  client.end(sent)
  await ended
  assert.ok(Buffer.concat(told).equals(sent))
  assert.ok(told.every(({ length }) => length <= PLACE_BYTES))
  // It was only the other end that ended.
  const [answer, closed] = [once(client, 'data'), once(socket, 'close')]
  socket.end('answer')
  assert.equal(String((await answer)[0]), 'answer')
  await closed
  await new Promise((resolve) => server.close(resolve))
})

test('its server is closed once it is, and it knows who is at the other end', async () => {
  const { client, socket, server } = await connected(false)
  assert.deepEqual([socket.remoteAddress, socket.remotePort], ['127.0.0.1', client.localPort])
  const count = (): Promise<number> => new Promise((resolve) => server.getConnections((_, connections) => resolve(connections)))
  assert.equal(await count(), 1)
  const closed = new Promise((resolve) => server.close(resolve))
  client.destroy()
  await closed
  assert.ok(socket.destroyed)
})
