// Guarantee: what comes on connections that share where they are read is each one's own, in order, however much of it comes at once.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { readAccepted } from './accepted-reads.ts'

const CLIENTS = 5

test('each gets its own bytes, in order', async () => {
  const got: Promise<Buffer>[] = []
  const server = net.createServer((accepted) => {
    const socket = readAccepted(accepted)
    const told: Buffer[] = []
    socket.on('data', (bytes: Buffer) => told.push(bytes))
    got.push(once(socket, 'end').then(() => Buffer.concat(told)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const sent = Array.from({ length: CLIENTS }, (_, of) => Buffer.alloc(700_000 * of + 1_000, `${of}: what this one says and nobody else, `))
  for (const bytes of sent) {
    const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(client, 'connect')
    client.end(bytes)
  }
  while (got.length < CLIENTS) await new Promise((resolve) => server.once('connection', resolve))
  const all = await Promise.all(got)
  for (const bytes of sent) assert.ok(all.some((one) => one.equals(bytes)))
  await new Promise((resolve) => server.close(resolve))
})
