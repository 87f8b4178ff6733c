/** Guarantee: whatever a process listens on is seen, with the address that it is bound to, and what it does not listen on is not. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { listeningOf } from './listening.ts'

test('a port that is opened is seen while it is open', { skip: process.platform !== 'linux' && 'reads /proc' }, async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const isSeen = () => listeningOf(process.pid).some((one) => one.kind === 'tcp' && one.host === '127.0.0.1' && one.port === port)
  assert.ok(isSeen())
  await new Promise((resolve) => server.close(resolve))
  assert.ok(!isSeen())
})

test('a socket of packets is seen', { skip: process.platform !== 'linux' && 'reads /proc' }, async () => {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  assert.ok(listeningOf(process.pid).some((one) => one.kind === 'udp' && one.port === port))
  await new Promise<void>((resolve) => socket.close(resolve))
})
