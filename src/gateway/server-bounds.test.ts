// Guarantee: a head larger than the bound is answered 431 and read no further, and one that never ends or never comes is not waited for.
import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { type RunningGateway, startGateway } from './start-gateway.ts'

const BOUNDS = { bodyBytesMax: 1024, connectMs: 100, firstByteMs: 100, wholeAnswerMs: 100, idleMs: 100, sessionIdleMs: 100, tls: undefined }
let gateway: RunningGateway
let port: number

before(async () => {
  const listener = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  port = (listener.address() as AddressInfo).port
  const settings = { ...BOUNDS, controlHttpPath: '/nowhere', trustedProxies: [], isEdgeOnly: false }
  gateway = startGateway({ gatewayId: '00000000-0000-7000-8000-000000000001', channelPath: '/nowhere', drainMs: 0, settings }, [listener])
})
after(() => gateway.drain(0))

/** The first line of what is answered to a head with these fields; empty where the connection is closed without a word. */
function statusLineOf(fields: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let answer = ''
  const socket = net.connect(port, '127.0.0.1', () =>
    socket.write(`GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${fields}\r\n`),
  )
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => (/ECONNRESET|EPIPE/.test(error.code ?? '') ? resolve(answer) : reject(error)))
  socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''))
  return promise
}

test('one field as long as the bound, and fields that are many, are too much', async () => {
  assert.match(await statusLineOf(`X: ${'a'.repeat(8_000)}\r\n`), / 200 /)
  assert.match(await statusLineOf(`X: ${'a'.repeat(17_000)}\r\n`), / 431 /)
  assert.match(await statusLineOf('X: a\r\n'.repeat(500)), / 200 /)
  for (const count of [4_000, 100_000]) assert.match(await statusLineOf('X: a\r\n'.repeat(count)), /^$| 431 /, String(count))
})
