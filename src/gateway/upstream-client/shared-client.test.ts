// Streams to an upstream that speaks HTTP/2 share connections: each gets its own reply, whole or told as lost, whatever happens to the others.
import assert from 'node:assert/strict'
import http2, { type Http2SecureServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import fc from 'fast-check'
import { certificateFor } from '../../../sim/index.ts'
import type { ReplyControl } from './reply-handler.ts'
import { ask, endAll, listening, many, newClient, trust } from './testing.ts'

const certificate = certificateFor('localhost')
trust(certificate.cert)
endAll()

/** What an upstream sees: `sessions` of HTTP/2, and calls in HTTP/1.1. */
type Upstream = {
  readonly origin: string
  readonly sessions: ServerHttp2Session[]
  readonly alone: { count: number }
}
type Serving = {
  readonly onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer) => void
  readonly streamsMax?: number
}

/** An upstream that speaks both; each call in HTTP/1.1 is answered with its body. */
async function serve({ onStream, streamsMax = 1_000 }: Serving): Promise<Upstream> {
  const server: Http2SecureServer = http2.createSecureServer({
    ...certificate,
    allowHTTP1: true,
    settings: { maxConcurrentStreams: streamsMax },
  })
  const seen: Upstream = { origin: '', sessions: [], alone: { count: 0 } }
  server.on('session', (session) => {
    seen.sessions.push(session)
    session.on('error', () => undefined)
  })
  server.on('stream', (stream, headers) => {
    const body: Buffer[] = []
    stream.on('error', () => undefined)
    stream.on('data', (piece: Buffer) => body.push(piece))
    stream.on('end', () => onStream(stream, headers, Buffer.concat(body)))
  })
  server.on('request', (request, response) => {
    if (request.httpVersionMajor === 2) return
    seen.alone.count += 1
    request.pipe(response)
  })
  return { ...seen, origin: await listening(server) }
}

const echo: Serving = {
  onStream: (stream, _, body) => {
    stream.respond({ ':status': 200, 'content-type': 'text/event-stream', 'x-other': 'a' })
    stream.end(body)
  },
}

test('streams share a connection, up to a hundred each; what comes whole, or is large on its way up, has one of its own', async () => {
  const upstream = await serve(echo)
  const client = newClient()
  const first = await many(250, (index) => ask(client, upstream.origin, { body: `call ${index}` }))
  for (const [index, told] of first.entries()) {
    const { status, type, error, isSent } = told
    assert.deepEqual([told.body.toString(), status, type, error, isSent], [`call ${index}`, 200, 'text/event-stream', undefined, true])
  }
  assert.equal(upstream.sessions.length, 3)
  await many(90, () => ask(client, upstream.origin))
  assert.equal(upstream.sessions.length, 3)
  assert.deepEqual([client.counts, upstream.alone.count], [{ open: 3, idle: 3 }, 0])
  const whole = await ask(client, upstream.origin, { isStream: false, body: 'whole' })
  const large = await ask(client, upstream.origin, { body: 'l'.repeat(32_769) })
  assert.deepEqual([whole.body.toString(), large.body.length, upstream.alone.count], ['whole', 32_769, 2])
})

test('a request arrives as it was given; what may be secret is kept out of what is remembered of heads', async () => {
  let got: IncomingHttpHeaders = {}
  const upstream = await serve({
    onStream: (stream, headers, body) => {
      got = headers
      echo.onStream(stream, headers, body)
    },
  })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-1', 'x-key': 'a b' }
  const { body } = await ask(newClient(), upstream.origin, { body: 'é'.repeat(16_000), headers })
  assert.ok(body.toString() === 'é'.repeat(16_000))
  const { authorization, 'x-key': key, ':method': method, ':path': path, ':authority': authority, 'content-length': length } = got
  const host = upstream.origin.slice('https://'.length)
  assert.deepEqual([authorization, key, method, path, authority, length], ['Bearer sk-1', 'a b', 'POST', '/v1/x', host, '32000'])
  assert.deepEqual(Reflect.get(got, http2.sensitiveHeaders), ['authorization', 'x-key'])
})

test('an upstream that speaks HTTP/1.1 alone, or allows no streams, is called in that, and not asked again', async () => {
  let connections = 0
  const older = tls.createServer({ ...certificate, ALPNProtocols: ['http/1.1'] }, (socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  })
  older.on('connection', () => {
    connections += 1
  })
  const origin = await listening(older)
  const client = newClient()
  for (const told of await many(5, () => ask(client, origin))) assert.equal(told.body.toString(), 'ok')
  await many(5, () => ask(client, origin))
  assert.equal(connections, 6)
  const none = await serve({ ...echo, streamsMax: 0 })
  assert.equal((await ask(client, none.origin)).body.toString(), 'hello')
  assert.deepEqual([(await ask(client, none.origin)).body.toString(), none.sessions.length, none.alone.count], ['hello', 1, 2])
})

test('an upstream that fails at HTTP/2, or resets a call as one for HTTP/1.1, is called in that from then on', async () => {
  const { NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_ENHANCE_YOUR_CALM } = http2.constants
  const failures: readonly ((stream: ServerHttp2Stream) => void)[] = [
    (stream) => stream.close(NGHTTP2_HTTP_1_1_REQUIRED),
    (stream) => stream.session?.goaway(NGHTTP2_ENHANCE_YOUR_CALM),
  ]
  for (const onStream of failures) {
    const upstream = await serve({ onStream })
    const client = newClient()
    assert.equal((await ask(client, upstream.origin)).error, 'UPSTREAM_CONNECTION_LOST')
    assert.deepEqual([(await ask(client, upstream.origin)).body.toString(), upstream.alone.count], ['hello', 1])
  }
})

test('no more streams are open on a connection than its upstream allows', async () => {
  let [open, most] = [0, 0]
  const upstream = await serve({
    streamsMax: 4,
    onStream: (stream, headers, body) => {
      open += 1
      most = Math.max(most, open)
      setTimeout(() => {
        open -= 1
        echo.onStream(stream, headers, body)
      }, 20)
    },
  })
  const client = newClient()
  const told = await many(10, () => ask(client, upstream.origin))
  assert.deepEqual(new Set(told.map(({ error }) => error)), new Set([undefined]))
  await many(12, () => ask(client, upstream.origin))
  assert.equal(upstream.sessions.length, 3)
  assert.ok(most <= 12)
})

test('an upstream that ends a connection in good order ends its replies first, and has a new one for what comes', async () => {
  const upstream = await serve({
    onStream: (stream, headers, body) => {
      stream.session?.close()
      setTimeout(() => echo.onStream(stream, headers, body), 50)
    },
  })
  const client = newClient()
  const first = ask(client, upstream.origin)
  await sleep(30)
  const [one, other] = await Promise.all([first, ask(client, upstream.origin)])
  assert.deepEqual([one.error, other.error, upstream.sessions.length], [undefined, undefined, 2])
})

test('a reply that is not as it should be, or told too late, fails alone', async () => {
  const upstream = await serve({
    onStream: (stream, headers, body) => {
      const how = body.toString()
      if (how === 'short') stream.respond({ ':status': 200, 'content-length': '10' })
      if (how === 'pauses') stream.respond({ ':status': 200 })
      if (how === 'pauses') stream.write(Buffer.from('half'))
      if (how === 'short') stream.end(Buffer.from('half'))
      if (how === 'well') setTimeout(() => echo.onStream(stream, headers, body), 400)
    },
  })
  const client = newClient()
  const asked = ['well', 'silent', 'pauses', 'short'].map((body) =>
    ask(client, upstream.origin, { body, firstByteMs: body === 'well' ? 2_000 : 100, idleMs: 150 }),
  )
  const errors = (await Promise.all(asked)).map(({ error }) => error)
  assert.deepEqual(errors, [undefined, 'UPSTREAM_HEAD_TIMEOUT', 'UPSTREAM_BODY_TIMEOUT', 'UPSTREAM_CONNECTION_LOST'])
})

test('a call ends with who asked for it, and the others on its connection go on', async () => {
  const resets: number[] = []
  const upstream = await serve({
    onStream: (stream, headers, body) => {
      stream.on('close', () => resets.push(stream.rstCode))
      if (body.toString() === 'well') setTimeout(() => echo.onStream(stream, headers, body), 100)
      else stream.respond({ ':status': 200 })
      if (body.toString() === 'half') stream.write(Buffer.from('half'))
    },
  })
  const client = newClient()
  const reason = Object.assign(new Error('gone'), { code: 'GONE' })
  const well = ask(client, upstream.origin, { body: 'well' })
  const before = await ask(client, upstream.origin, { onStart: (control) => control.abort(reason) })
  const midway = await ask(client, upstream.origin, { body: 'half', onData: (control) => control.abort(reason) })
  const paused = await ask(client, upstream.origin, {
    body: 'half',
    onData: (control) => {
      control.pause()
      setTimeout(() => control.abort(reason), 20)
    },
  })
  assert.deepEqual([before.error, midway.error, paused.error, (await well).body.toString()], ['GONE', 'GONE', 'GONE', 'well'])
  await sleep(50)
  const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = http2.constants
  assert.deepEqual(
    resets.toSorted((a, b) => a - b),
    [NGHTTP2_NO_ERROR, NGHTTP2_CANCEL, NGHTTP2_CANCEL],
  )
  assert.equal(upstream.sessions.length, 1)
  assert.deepEqual(client.counts, { open: 1, idle: 1 })
})

test('who is slow has one window of his reply wait, however long, and holds up nobody', async () => {
  const sent: number[] = []
  const upstream = await serve({
    onStream: (stream) => {
      const index = sent.push(0) - 1
      stream.respond({ ':status': 200 })
      const more = (): void => {
        if (stream.destroyed) return
        stream.write(Buffer.alloc(16_384), () => {
          sent[index] = (sent[index] ?? 0) + 16_384
          more()
        })
      }
      more()
    },
  })
  const client = newClient()
  const controls: ReplyControl[] = []
  const pause = (control: ReplyControl): void => {
    if (!controls.includes(control)) controls.push(control)
    control.pause()
  }
  const slow = many(20, () => ask(client, upstream.origin, { idleMs: 100, onData: pause }))
  await sleep(400)
  assert.equal(controls.length, 20)
  for (const bytes of sent) assert.ok(bytes <= 65_535 + 16_384, `${bytes} bytes went out`)
  let read = 0
  const quick = await ask(client, upstream.origin, {
    onData: (control, piece) => {
      read += piece.length
      if (read > 3_000_000) control.abort(new Error('enough'))
    },
  })
  assert.ok(quick.body.length > 3_000_000)
  assert.equal(upstream.sessions.length, 1)
  for (const control of controls) control.abort(new Error('enough'))
  await slow
})

test('whom nobody vouches for is told nothing, nor is who takes no connection', async () => {
  const upstream = await serve(echo)
  const elsewhere = upstream.origin.replace('localhost', '127.0.0.1')
  const { error, isSent } = await ask(newClient(), elsewhere)
  assert.deepEqual([error, isSent], ['ERR_TLS_CERT_ALTNAME_INVALID', false])
  const refused = await ask(newClient(), 'https://localhost:1')
  assert.deepEqual([refused.error, refused.isSent], ['ECONNREFUSED', false])
  const mute = await listening(createServer())
  const client = newClient(150)
  const late = await many(3, () => ask(client, mute))
  assert.deepEqual(new Set(late.map((told) => told.error)), new Set(['UPSTREAM_CONNECT_TIMEOUT']))
})

const PIECE = fc.record({ bytes: fc.nat(3_000), waits: fc.boolean() })
const REPLY = fc.record({
  pieces: fc.array(PIECE, { maxLength: 12 }),
  pausesAt: fc.option(fc.nat(8), { nil: undefined }),
})
type Drawn = typeof REPLY extends fc.Arbitrary<infer T> ? T : never

test('property: whatever the pieces, and whoever pauses, each call has its own bytes, all of them, in their order', async (t) => {
  const seed = Date.now() % 2 ** 31
  t.diagnostic(`seed ${seed}`)
  const replies: Drawn[] = []
  const upstream = await serve({
    onStream: async (stream, _, body) => {
      const index = Number(body.toString())
      const { pieces } = replies[index] ?? assert.fail()
      stream.respond({ ':status': 200 })
      for (const { bytes, waits } of pieces) {
        stream.write(Buffer.alloc(bytes, index))
        if (waits) await new Promise(setImmediate)
      }
      stream.end()
    },
  })
  const client = newClient()
  await fc.assert(
    fc.asyncProperty(fc.array(REPLY, { minLength: 1, maxLength: 20 }), async (drawn) => {
      const from = replies.push(...drawn) - drawn.length
      const told = await many(drawn.length, (index) => {
        let left = drawn[index]?.pausesAt ?? -1
        const onData = (control: ReplyControl): void => {
          if (left === 0) control.pause()
          if (left === 0) setTimeout(() => control.resume(), 3)
          left -= 1
        }
        return ask(client, upstream.origin, { body: String(from + index), onData })
      })
      for (const [index, { body, error }] of told.entries()) {
        const own = (from + index) % 256
        assert.ok(body.every((byte) => byte === own))
        const { pieces } = drawn[index] ?? assert.fail()
        assert.deepEqual([error, body.length], [undefined, pieces.reduce((sum, { bytes }) => sum + bytes, 0)])
      }
    }),
    { numRuns: 60, seed },
  )
  assert.equal(upstream.sessions.length, 1)
})
