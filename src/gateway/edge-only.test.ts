// Guarantee: a gateway that is for an edge alone says nothing to anybody else, and answers the edge.
import assert from 'node:assert/strict'
import net, { type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { startGateway } from './start-gateway.ts'

const BOUNDS = { bodyBytesMax: 1024, connectMs: 100, firstByteMs: 100, wholeAnswerMs: 100, idleMs: 100, sessionIdleMs: 100, tls: undefined }

async function told(trustedProxies: readonly string[], isEdgeOnly: boolean): Promise<string> {
  const listener = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const { port } = listener.address() as AddressInfo
  const settings = { ...BOUNDS, controlHttpPath: '/nowhere', trustedProxies, isEdgeOnly }
  const gateway = startGateway({ gatewayId: '00000000-0000-7000-8000-000000000001', channelPath: '/nowhere', drainMs: 0, settings }, [
    listener,
  ])
  try {
    return await ask(port)
  } finally {
    await gateway.drain(0)
  }
}

function ask(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let answer = ''
  const socket = net.connect(port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n'))
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => (/ECONNRESET|EPIPE/.test(error.code ?? '') ? resolve(answer) : reject(error)))
  socket.on('close', () => resolve(answer))
  return promise
}

for (const [name, proxies, isEdgeOnly, isAnswered] of [
  ['an edge elsewhere', ['203.0.113.1/32', '10.0.0.0/8'], true, false],
  ['the edge itself', ['10.0.0.0/8', '127.0.0.1/32'], true, true],
  ['an edge of a range', ['127.0.0.0/8'], true, true],
  ['anybody, where there is no edge', [], false, true],
] as const) {
  test(`${name} is ${isAnswered ? 'answered' : 'sent away without a word'}`, async () => {
    const answer = await told(proxies, isEdgeOnly)
    if (isAnswered) assert.match(answer, /^HTTP\/1\.1 200 /)
    else assert.equal(answer, '')
  })
}
