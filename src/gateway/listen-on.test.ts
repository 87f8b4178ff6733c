// A server that listens on several copies of a handle serves what comes to any of them, and is closed when the last connection of all has ended.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import net, { type AddressInfo, type Server } from 'node:net'
import { test } from 'node:test'
import { closeAllOf, listenOn } from './listen-on.ts'

/** Stand for copies, which only another process can be given: sockets among which the kernel shares out who comes to their port. */
async function listening(count: number): Promise<{ readonly handles: readonly Server[]; readonly port: number }> {
  const handles: Server[] = []
  let port = 0
  for (let made = 0; made < count; made += 1) {
    const server = net.createServer().listen({ port, host: '127.0.0.1', reusePort: true })
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    handles.push(server)
  }
  return { handles, port }
}

test('whoever comes to any of them is served', { skip: process.platform !== 'linux' && 'Linux only' }, async () => {
  const { handles, port } = await listening(4)
  const doors = listenOn(
    createHttpServer((_, response) => response.end('served')),
    handles,
  )
  const answered = doors.map(() => 0)
  for (const [index, door] of doors.entries())
    door.on('connection', () => {
      answered[index] = (answered[index] ?? 0) + 1
    })
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } })).text()
  for (const text of await Promise.all(Array.from({ length: 200 }, ask))) assert.equal(text, 'served')
  const [all = 0, ...others] = answered
  assert.equal(all, 200, 'the server is not told of all')
  assert.ok(others.every((count) => count > 0) && others.reduce((sum, count) => sum + count) === 200, String(answered))
  const late = net.connect(port, '127.0.0.1')
  late.on('error', () => undefined)
  await once(late, 'connect')
  await ask()
  let isClosed = false
  const closed = closeAllOf(doors).then(() => {
    isClosed = true
  })
  assert.equal(isClosed, false)
  late.destroy()
  await closed
  const refused = net.connect(port, '127.0.0.1')
  assert.equal(((await once(refused, 'error')) as [NodeJS.ErrnoException])[0].code, 'ECONNREFUSED')
})

test('whoever takes too long for a head is sent away', {
  skip: process.platform !== 'linux' && 'Linux only',
  timeout: 10_000,
}, async () => {
  const { handles, port } = await listening(2)
  const bounds = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 }
  const doors = listenOn(createHttpServer(bounds), handles)
  const slow = net.connect(port, '127.0.0.1', () => slow.write('GET / HTTP/1.1\r\nHost: a'))
  const [answer] = (await once(slow, 'data')) as [Buffer]
  assert.match(String(answer), /^HTTP\/1\.1 408 /)
  slow.destroy()
  await closeAllOf(doors)
})
