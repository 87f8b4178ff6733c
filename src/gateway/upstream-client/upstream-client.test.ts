// A connection carries one call at a time, and the next only after a reply that ended as it should; nothing an upstream sends leaks into another call.
import assert from 'node:assert/strict'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode, systemClock } from '../../lib/index.ts'
import type { ReplyControl, ReplyHandler } from './reply-handler.ts'
import { requestHead, UpstreamClient } from './upstream-client.ts'

const servers: Server[] = []
const clients: UpstreamClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
  for (const server of servers.splice(0)) server.close()
})

function newClient(connectMs = 1_000): UpstreamClient {
  const client = new UpstreamClient({ clock: systemClock, connectMs })
  clients.push(client)
  return client
}

type Seen = { readonly socket: Socket; readonly connection: number; readonly request: string }

/** A server that is told of each whole request on each connection. */
async function serve(onRequest: (seen: Seen) => void): Promise<string> {
  let count = 0
  const server = net.createServer((socket) => {
    count += 1
    const connection = count
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0)
      const end = text.indexOf('\r\n\r\n') + 4 + length
      if (text.indexOf('\r\n\r\n') < 0 || text.length < end) return
      const request = text.slice(0, end)
      text = text.slice(end)
      onRequest({ socket, connection, request })
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Told = { status: number; body: string; error: string | undefined; isSent: boolean; isOut: boolean | undefined }
type Asked = {
  readonly body?: readonly Buffer[]
  readonly headers?: Record<string, string>
  readonly firstByteMs?: number
  readonly idleMs?: number
}
type Watch = { readonly onData?: (control: ReplyControl) => void; readonly onStart?: (control: ReplyControl) => void }

/** One call, resolved when its handler is told the end. */
function ask(client: UpstreamClient, origin: string, { watch, ...asked }: Asked & { readonly watch?: Watch } = {}): Promise<Told> {
  const told: Told = { status: 0, body: '', error: undefined, isSent: false, isOut: undefined }
  return new Promise((resolve) => {
    const handler: ReplyHandler = {
      onRequestStart: (control) => {
        told.isSent = true
        watch?.onStart?.(control)
      },
      onResponseStart: (_, status) => {
        told.status = status
      },
      onResponseData: (control, chunk) => {
        told.body += chunk.toString('latin1')
        watch?.onData?.(control)
      },
      onResponseEnd: (control) => resolve({ ...told, isOut: control.isSent }),
      onResponseError: (_, error) => resolve({ ...told, error: errorCode(error) }),
    }
    const { body = [Buffer.from('{}')], headers = {}, firstByteMs = 2_000, idleMs = 2_000 } = asked
    client.dispatch({ head: requestHead({ origin, path: '/v1/x', headers }), body, isStream: false, firstByteMs, idleMs }, handler)
  })
}

const answer = (body: string, more = ''): string => `HTTP/1.1 200 OK\r\n${more}content-length: ${body.length}\r\n\r\n${body}`

test('head and body arrive as they were given, in one piece or two', async () => {
  const requests: string[] = []
  const origin = await serve(({ socket, request }) => {
    requests.push(request)
    socket.write(answer('ok'))
  })
  for (const size of [0, 10, 16_000, 40_000, 3_000_000]) {
    const body = Buffer.from(Array.from({ length: size }, (_, at) => at % 251))
    const third = Math.floor(size / 3)
    const cuts = size > 20_000 ? [0, 7, 9, third] : [0, third, third]
    const pieces = cuts.map((from, index) => body.subarray(from, cuts[index + 1]))
    const { status, body: got } = await ask(newClient(), origin, {
      body: pieces,
      headers: { 'content-type': 'application/json', 'x-key': 'a b' },
    })
    assert.deepEqual([status, got], [200, 'ok'])
    const host = origin.slice('http://'.length)
    const head = `POST /v1/x HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\ncontent-type: application/json\r\nx-key: a b\r\ncontent-length: ${size}\r\n\r\n`
    assert.ok(requests.pop() === head + body.toString('latin1'))
  }
})

test('whether a body is still on its way is known at the end of a reply, which may come before it', async () => {
  const whole = await serve(({ socket }) => socket.write(answer('ok')))
  const early = net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.pause()
      socket.write(answer('no'))
    })
  })
  servers.push(early)
  await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve))
  const hasty = `http://127.0.0.1:${(early.address() as AddressInfo).port}`
  for (const size of [10, 40_000, 300_000]) {
    const { body, isOut } = await ask(newClient(), whole, { body: [Buffer.alloc(size)] })
    assert.deepEqual([body, isOut], ['ok', true])
  }
  // No system takes so much that nobody reads.
  const { body, isOut } = await ask(newClient(), hasty, { body: [Buffer.alloc(30_000_000)] })
  assert.deepEqual([body, isOut], ['no', false])
})

test('what could be read as more than one request is not sent', async () => {
  let count = 0
  const origin = await serve(() => {
    count += 1
  })
  const client = newClient()
  for (const headers of [{ a: 'b\r\nc: d' }, { a: 'b\0' }, { 'a b': 'c' }, { 'a:': 'c' }, { a: '\u0100' }])
    await assert.rejects(ask(client, origin, { headers }), { code: 'UPSTREAM_REQUEST_REFUSED' })
  assert.deepEqual([count, client.counts.open], [0, 0])
})

test('of a head those fields are told that are asked for, however they are spelled', async () => {
  const head = 'HTTP/1.1 200 OK\r\nX-Whose: a\r\nx-other: b\r\nCONTENT-TYPE: c\r\nRetry-After: 1\r\nretry-after: 2\r\nx-whos: d\r\n'
  const origin = await serve(({ socket }) => void socket.write(`${head}content-length: 0\r\n\r\n`))
  const client = new UpstreamClient({ clock: systemClock, connectMs: 1_000, fields: ['x-whose'] })
  clients.push(client)
  const told = await new Promise((resolve, reject) => {
    const onResponseStart: ReplyHandler['onResponseStart'] = (_, _status, headers) => resolve(headers)
    const ignore = (): void => undefined
    const handler = { onRequestStart: ignore, onResponseStart, onResponseData: ignore, onResponseEnd: ignore }
    const request = { head: requestHead({ origin, path: '/', headers: {} }), body: [], isStream: false, firstByteMs: 2_000, idleMs: 2_000 }
    client.dispatch(request, { ...handler, onResponseError: (_, error) => reject(error) })
  })
  assert.deepEqual(told, { 'x-whose': 'a', 'content-type': 'c', 'retry-after': ['1', '2'], 'content-length': '0' })
})

test('the connection that was used last carries the next call', async () => {
  const origin = await serve(({ socket, connection }) => void setTimeout(() => socket.write(answer(String(connection))), 20))
  const client = newClient()
  const first = await Promise.all([ask(client, origin), ask(client, origin), ask(client, origin)])
  assert.deepEqual(first.map(({ body }) => body).toSorted(), ['1', '2', '3'])
  assert.deepEqual(client.counts, { open: 3, idle: 3 })
  const { body: again } = await ask(client, origin)
  assert.deepEqual([(await ask(client, origin)).body, (await ask(client, origin)).body], [again, again])
})

test('a connection is not used again after a reply that left doubt', async () => {
  const doubtful = [
    answer('a', 'connection: close\r\n'),
    `HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na`,
    `${answer('a')}HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen`,
    `${answer('a')}\r\n`,
    answer('a', 'keep-alive: timeout=1\r\n'),
  ]
  for (const bytes of doubtful) {
    const origin = await serve(({ socket, connection }) => void socket.write(connection === 1 ? bytes : answer('b')))
    const client = newClient()
    assert.equal((await ask(client, origin)).body, 'a')
    assert.equal((await ask(client, origin)).body, 'b', JSON.stringify(bytes))
  }
})

test('what comes unasked on an idle connection is no reply to the next call', async () => {
  const origin = await serve(({ socket, connection }) => {
    socket.write(answer(connection === 1 ? 'a' : 'b'))
    if (connection === 1) setTimeout(() => socket.write(answer('stolen')), 20)
  })
  const client = newClient()
  assert.equal((await ask(client, origin)).body, 'a')
  while (client.counts.open > 0) await sleep(2)
  assert.equal((await ask(client, origin)).body, 'b')
})

test('a request is sent once: a connection that dies under it is told, and the next call has another', async () => {
  let count = 0
  const origin = await serve(({ socket }) => {
    count += 1
    if (count === 2) socket.destroy()
    else socket.write(answer('a'))
  })
  const client = newClient()
  await ask(client, origin)
  const lost = await ask(client, origin)
  assert.deepEqual([lost.isSent, lost.error, lost.status], [true, 'UPSTREAM_CONNECTION_LOST', 0])
  assert.equal((await ask(client, origin)).body, 'a')
  assert.equal(count, 3)
})

test('a connection that the upstream closed while idle is not used', async () => {
  const origin = await serve(({ socket, connection }) => {
    socket.write(answer(String(connection)))
    setTimeout(() => socket.end(), 10)
  })
  const client = newClient()
  assert.equal((await ask(client, origin)).body, '1')
  while (client.counts.open > 0) await sleep(2)
  assert.equal((await ask(client, origin)).body, '2')
})

test('a reply that is cut, or is none, is an error', async () => {
  const cases: [string, string][] = [
    ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab', 'UPSTREAM_CONNECTION_LOST'],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab', 'UPSTREAM_CONNECTION_LOST'],
    ['HTTP/1.1 200 OK\r\n', 'UPSTREAM_CONNECTION_LOST'],
    ['', 'UPSTREAM_CONNECTION_LOST'],
    ['SSH-2.0-x\r\n\r\n', 'UPSTREAM_REPLY_MALFORMED'],
    ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 'UPSTREAM_REPLY_MALFORMED'],
  ]
  for (const [bytes, code] of cases) {
    const client = newClient()
    const { error } = await ask(client, await serve(({ socket }) => void socket.end(bytes)))
    assert.equal(error, code, JSON.stringify(bytes))
    while (client.counts.open > 0) await sleep(2)
  }
  const whole = await ask(newClient(), await serve(({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nto the end')))
  assert.deepEqual([whole.body, whole.error], ['to the end', undefined])
})

test('time-outs: of the head, of a pause in the body; a reply that is paused here waits', async () => {
  const silent = await serve(() => undefined)
  assert.equal((await ask(newClient(), silent, { firstByteMs: 50 })).error, 'UPSTREAM_HEAD_TIMEOUT')
  const slow = await serve(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab'))
  const broken = await ask(newClient(), slow, { idleMs: 50 })
  assert.deepEqual([broken.error, broken.body], ['UPSTREAM_BODY_TIMEOUT', 'ab'])
  const late = await serve(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab')
    setTimeout(() => socket.write('cd'), 20)
  })
  let isFirst = true
  const onData = (control: ReplyControl): void => {
    if (!isFirst) return
    isFirst = false
    control.pause()
    setTimeout(() => control.resume(), 400)
  }
  assert.equal((await ask(newClient(), late, { idleMs: 150, watch: { onData } })).body, 'abcd')
})

test('what comes with a head alone is waited for as long as a head is', async () => {
  const thinking = await serve(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    setTimeout(() => socket.write('2\r\nab\r\n0\r\n\r\n'), 300)
  })
  const { body, error } = await ask(newClient(), thinking, { firstByteMs: 2_000, idleMs: 50 })
  assert.deepEqual([body, error], ['ab', undefined])
  const never = await serve(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))
  assert.equal((await ask(newClient(), never, { firstByteMs: 50, idleMs: 60_000 })).error, 'UPSTREAM_BODY_TIMEOUT')
})

test('nobody there is told as sockets tell it, and a request that was not sent as not sent', async () => {
  const origin = await serve(() => undefined)
  const closing = servers.pop()
  await new Promise((resolve) => closing?.close(resolve))
  const { error, isSent } = await ask(newClient(), origin)
  assert.deepEqual([error, isSent], ['ECONNREFUSED', false])
})

test('a slow reader stops the upstream', async () => {
  let written = 0
  const origin = await serve(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    const more = (): void => {
      let isWanted = true
      while (isWanted && written < 200) {
        written += 1
        isWanted = socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)
      }
      if (written === 200) socket.write('0\r\n\r\n')
    }
    socket.on('drain', more)
    more()
  })
  let control: ReplyControl | undefined
  const onData = (one: ReplyControl): void => {
    if (control !== undefined) return
    control = one
    one.pause()
  }
  const asked = ask(newClient(), origin, { watch: { onData } })
  await sleep(300)
  assert.ok(written < 150, `${written} of 200 pieces left the upstream while nobody took them`)
  control?.resume()
  assert.equal((await asked).body.length, 200 * 65_536)
})

test('an upstream that sends as fast as it can leaves room: one read of it in each turn of the event loop', async () => {
  const bytes = 4_000_000
  const origin = await serve(({ socket }) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`))
  let isNewTurn = true
  const byTurn: number[] = []
  const onData = (): void => {
    if (isNewTurn) byTurn.push(0)
    if (isNewTurn) setImmediate(() => (isNewTurn = true))
    isNewTurn = false
    byTurn.push((byTurn.pop() ?? 0) + 1)
  }
  const { body } = await ask(newClient(), origin, { watch: { onData } })
  assert.equal(body.length, bytes)
  assert.ok(Math.max(...byTurn) <= 2, `${Math.max(...byTurn)} reads in one turn`)
})

test('who ends a call ends its connection, and nothing of the next one', async () => {
  const origin = await serve(({ socket, connection }) => {
    socket.write(connection === 1 ? 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nab' : answer('b'))
  })
  const client = newClient()
  const onData = (control: ReplyControl): void => control.abort(Object.assign(new Error('gone'), { code: 'GONE' }))
  const ended = await ask(client, origin, { watch: { onData } })
  assert.equal(ended.error, 'GONE')
  let stale: ReplyControl | undefined
  const keep = (control: ReplyControl): void => {
    stale = control
  }
  await ask(client, origin, { watch: { onStart: keep } })
  const next = ask(client, origin)
  stale?.abort(new Error('late'))
  stale?.pause()
  assert.equal((await next).body, 'b')
  const unsent = await ask(client, origin, { watch: { onStart: (control) => control.abort(new Error('before')) } })
  assert.deepEqual([unsent.status, unsent.error !== undefined], [0, true])
})

test('a taker that throws ends its call alone', async () => {
  const origin = await serve(({ socket }) => void socket.write(answer('b')))
  const client = newClient()
  const onData = (): never => {
    throw new TypeError('a fault of ours')
  }
  assert.ok((await ask(client, origin, { watch: { onData } })).error !== undefined)
  assert.equal((await ask(client, origin)).body, 'b')
})

/** What is sent in pieces, some of them large ones. */
const PIECES = Array.from({ length: 12 }, (_, index) => `${index},`.padEnd(index % 4 === 3 ? 2_000 : 4, '.'))

/** Answers so many calls with streams that send together, a piece of each after the other; those whose `last` says nothing are cut off. */
async function serveTogether(count: number, last: (connection: number) => string): Promise<string> {
  const seen: Seen[] = []
  return await serve(async (one) => {
    seen.push(one)
    one.socket.setNoDelay(true)
    one.socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n:\r\n')
    if (seen.length < count) return
    await sleep(20)
    for (const [index, piece] of PIECES.entries()) {
      for (const { socket } of seen) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`)
      if (index % 3 === 2) await sleep(1)
    }
    for (const { socket, connection } of seen) {
      if (last(connection) === '') socket.end()
      else socket.write(last(connection))
    }
  })
}

test('streams that send together come whole and in order, and one that is cut has all that came before', async () => {
  const origin = await serveTogether(100, (connection) => (connection % 2 === 0 ? '0\r\n\r\n' : ''))
  const client = newClient()
  const told = await Promise.all(Array.from({ length: 100 }, () => ask(client, origin)))
  for (const { body } of told) assert.equal(body, `:${PIECES.join('')}`)
  assert.equal(told.filter(({ error }) => error === undefined).length, 50)
  assert.equal(client.counts.idle, 50)
})

test('of streams that send together none has what another sent after its end', async () => {
  const origin = await serveTogether(100, () => '0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nstolen')
  const client = newClient()
  const told = await Promise.all(Array.from({ length: 100 }, () => ask(client, origin)))
  for (const { body, error } of told) assert.deepEqual([body, error], [`:${PIECES.join('')}`, undefined])
  await sleep(20)
  assert.equal(client.counts.open, 0)
})
