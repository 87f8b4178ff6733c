// A connection of the fast path waits for whoever is slow, tells of a client that leaves, and ends when a client takes too long.
import assert from 'node:assert/strict'
import net, { type Socket } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '../../lib/index.ts'
import type { Turn } from '../admission.ts'
import { ClientGone } from '../client-gone.ts'
import { readBody } from '../read-body.ts'
import type { FastPathOptions } from './fast-path.ts'
import { type Answer, BODY, BOUNDS, PATHS, startServer, type TestServer } from './testing.ts'

const head = (length: number, more = ''): string => `POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n${more}\r\n`

/** A server of a test and its first connection, on both sides; `passed` puts the server's clock on. */
type Pair = TestServer & {
  readonly client: Socket
  readonly inner: Socket
  readonly heard: () => string
  readonly passed: (millis: number) => void
}

async function pair(answer: Answer, isEnding = false, more: Partial<FastPathOptions> = {}): Promise<Pair> {
  let ahead = 0
  const clock = { now: systemClock.now, monotonic: () => ahead }
  const server = await startServer(answer, { clock, isEnding: () => isEnding, ...more })
  const accepted = new Promise<Socket>((resolve) => server.server.once('connection', resolve))
  const client = net.connect(server.port, '127.0.0.1')
  let heard = ''
  client.on('data', (bytes) => {
    heard += bytes.toString('latin1')
  })
  client.on('error', () => undefined)
  const passed = (millis: number): void => {
    ahead += millis
  }
  return { ...server, client, inner: await accepted, heard: () => heard, passed }
}

const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => (socket.closed ? resolve(0) : socket.once('close', resolve)))

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 5_000 && !holds(); turns += 1) await new Promise((resolve) => setTimeout(resolve, 1))
  assert.ok(holds())
}

const echo: Answer = async (request, response) => {
  const body = await readBody(request, BODY)
  response.writeHead(200, ['content-length', String(body.length)])
  response.end(body)
}

test('a body waits in the socket until somebody reads it', async () => {
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const server = await pair(async (request, response) => {
    await asked
    await echo(request, response)
  })
  const body = 'x'.repeat(3_000_000)
  server.client.write(head(body.length) + body)
  await until(() => server.inner.isPaused())
  assert.ok(server.inner.bytesRead < 1_000_000, `${server.inner.bytesRead} bytes were read`)
  ask()
  await until(() => server.heard().endsWith(body))
  await server.close()
})

test('who writes to a client that reads slowly is told to wait, and told when to go on', async () => {
  let [written, drains] = [0, 0]
  const part = Buffer.alloc(65_536, 'y')
  const server = await pair(async (_, response) => {
    response.writeHead(200, [])
    const more = (): void => {
      while (written < 200) {
        written += 1
        if (!response.write(part)) return
      }
      response.end()
    }
    response.on('drain', () => {
      drains += 1
      more()
    })
    more()
  })
  server.client.pause()
  server.client.write(`${head(1)}1`)
  await until(() => written > 0)
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.ok(written < 200, 'it was not told to wait')
  server.client.resume()
  await until(() => server.client.bytesRead > 200 * part.length)
  await until(() => server.heard().endsWith('\r\n0\r\n\r\n'))
  assert.ok(drains > 0)
  assert.equal(server.heard().split('y').length - 1, 200 * part.length)
  await server.close()
})

test('a client that leaves is told of, with its body half sent and with its answer half written', async () => {
  let gone = ''
  const half = await pair(async (request) => {
    try {
      await readBody(request, { ...BODY, bytesMax: 100 })
    } catch (thrown) {
      gone = thrown instanceof ClientGone ? 'ClientGone' : String(thrown)
    }
  })
  half.client.write(`${head(50)}half`)
  await until(() => half.inner.bytesRead > 0)
  half.client.destroy()
  await until(() => gone === 'ClientGone')
  await half.close()
  let isClosed = false
  const answered = await pair(async (_, response) => {
    response.writeHead(200, [])
    response.write(Buffer.from('a'))
    response.once('close', () => {
      isClosed = response.destroyed
    })
  })
  answered.client.write(`${head(1)}1`)
  await until(() => answered.heard() !== '')
  answered.client.destroy()
  await until(() => isClosed)
  await answered.close()
})

for (const [name, bytes, millis, told] of [
  ['that says nothing', '', 15_000, /^HTTP\/1\.1 408 /],
  ['whose body does not come', `${head(50)}half`, 60_000, /^HTTP\/1\.1 408 /],
  ['that asks for nothing more', `${head(1)}1`, 65_000, /^HTTP\/1\.1 200 [\s\S]*1$/],
] as const) {
  test(`a connection ${name} is closed after ${millis} ms, and not before`, async () => {
    const server = await pair(echo)
    if (bytes !== '') server.client.write(bytes, 'latin1')
    await until(() => server.inner.bytesRead === bytes.length)
    if (name.endsWith('more')) await until(() => server.heard() !== '')
    server.passed(millis - 5_000)
    await new Promise((resolve) => setTimeout(resolve, 40))
    assert.equal(server.inner.destroyed, false)
    server.passed(5_000)
    await closed(server.client)
    assert.match(server.heard(), told)
    await server.close()
  })
}

test('a head is taken over from the third of a row on, and read anew once its connection was silent', async () => {
  let readings = 0
  const paths = {
    has: (path: string) => {
      readings += 1
      return PATHS.has(path)
    },
  }
  const server = await pair(echo, false, { paths })
  let asked = 0
  const ask = async (): Promise<number> => {
    server.client.write(`${head(1)}1`)
    asked += 1
    await until(() => server.heard().split('HTTP/1.1 200').length > asked && server.heard().endsWith('1'))
    return readings
  }
  assert.deepEqual([await ask(), await ask(), await ask(), await ask()], [1, 2, 2, 2])
  server.passed(9_000)
  await new Promise((resolve) => setTimeout(resolve, 40))
  assert.deepEqual([await ask(), await ask()], [2, 2])
  server.passed(11_000)
  await new Promise((resolve) => setTimeout(resolve, 40))
  assert.deepEqual([await ask(), await ask(), await ask()], [3, 4, 4])
  await server.close()
})

test('an answer that is waited for ends no connection, however long it takes', async () => {
  const server = await pair(async () => undefined)
  server.client.write(`${head(1)}1`)
  await until(() => server.inner.bytesRead > 0)
  server.passed(3_600_000)
  await new Promise((resolve) => setTimeout(resolve, 40))
  assert.equal(server.inner.destroyed, false)
  await server.close()
})

test('a gateway that ends says so with its last answers, and closes what carries none', async () => {
  const ending = await pair(echo, true)
  ending.client.write(`${head(1)}1`)
  await closed(ending.client)
  assert.match(ending.heard(), /^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n\r\n1$/)
  await ending.close()
  const idle = await pair(echo)
  idle.client.write(`${head(1)}1`)
  await until(() => idle.heard() !== '')
  idle.path?.closeUnused()
  await closed(idle.client)
  await idle.close()
})

test('what goes wrong before an answer ends its connection', async () => {
  const server = await pair(async (_, response) => {
    response.writeHead(200, ['x-a', 'b\r\nc: d'])
  })
  server.client.write(`${head(1)}1`)
  await closed(server.client)
  assert.equal(server.heard(), '')
  await server.close()
})

/** A pair whose requests wait until they are told; what is served is told with its turn. */
async function waitingPair() {
  const waiting: ((turn: Turn) => void)[] = []
  const served: (Turn | undefined)[] = []
  const server = await pair(echo, false, {
    wait: (_, tell) => waiting.push(tell) > 0,
    serve: (request, response, turn) => {
      served.push(turn)
      return response.destroyed ? Promise.resolve() : echo(request, response)
    },
  })
  return { ...server, waiting, served }
}

const TURN: Turn = { accountId: 'one', askedAt: 0, since: 1 }

test('a request that waits is served at its turn, however long it took, and what came after it is read then', async () => {
  const server = await waitingPair()
  server.client.write(`${head(3)}one`)
  await until(() => server.waiting.length === 1)
  server.client.write(`${head(3)}two`)
  await until(() => server.inner.bytesRead > 2 * head(3).length)
  server.passed(10_000_000)
  await new Promise((resolve) => setTimeout(resolve, 3 * BOUNDS.connectionsCheckingInterval))
  server.path?.closeUnused()
  assert.deepEqual([server.served.length, server.heard(), server.inner.destroyed], [0, '', false])
  server.waiting[0]?.(TURN)
  await until(() => server.heard().endsWith('two'))
  assert.deepEqual(server.served, [TURN])
  assert.match(server.heard(), /\r\n\r\noneHTTP/)
  server.client.destroy()
  await server.close()
})

test('whoever leaves while a request waits is seen to have left at its turn', async () => {
  const server = await waitingPair()
  server.client.write(`${head(3)}one`)
  await until(() => server.waiting.length === 1)
  server.client.destroy()
  await closed(server.inner)
  server.waiting[0]?.(TURN)
  assert.deepEqual([server.served, server.heard()], [[TURN], ''])
  await server.close()
})
