// Bad input is refused in the shape of the protocol asked, names the field, reaches no upstream, costs nothing and holds no gateway.
import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type Answer, call, errorCodeOf, keyHeader, SPOKEN, type Spoken, send } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'

const BODY_BYTES_MAX = 65_536
const PROTOCOLS: readonly Spoken[] = ['openai', 'anthropic']

let world: World
let customer: Customer

before(async () => {
  world = await startWorld({ env: { FAREBOX_BODY_MAX: String(BODY_BYTES_MAX) } })
  customer = await world.operator.customer('10.00')
})
after(async () => {
  try {
    assert.equal(world.sim.calls.length, 0, 'no upstream was called')
    assert.deepEqual(await world.operator.usage(customer.id), [], 'nothing was charged')
    assert.equal((await world.operator.verify()).ok, true)
  } finally {
    await world.stop()
  }
})

type Raw = {
  readonly protocol?: Spoken
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

function ask({ protocol = 'openai', method = 'POST', path, headers = {}, body = '' }: Raw): Promise<Answer> {
  const key = keyHeader({ protocol, key: customer.key })
  const sent = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...key, ...headers }
  return send({ url: world.base + (path ?? SPOKEN[protocol].path), method, headers: sent, body, millisMax: 10_000 })
}

/** An error of the protocol: its status, a message for people, and its shape. */
function assertError(answer: Answer, protocol: Spoken, status: number): { readonly message: string } {
  assert.equal(answer.status, status)
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.equal(answer.headers['cache-control'], 'no-store')
  const parsed = JSON.parse(answer.body.toString()) as {
    type?: string
    request_id?: string
    error: { type: string; message: string; param?: unknown }
  }
  assert.ok(parsed.error.message.length > 10)
  if (protocol === 'anthropic') assert.equal(parsed.type, 'error')
  else assert.ok('param' in parsed.error && parsed.type === undefined)
  return parsed.error
}

const valid = { model: 'm-openai', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] }

describe('a body that cannot be taken', () => {
  for (const protocol of PROTOCOLS) {
    test(`${protocol}: not JSON, cut off, not an object`, async () => {
      for (const body of ['', 'hello', '{"model":', '[]', '"text"', `${JSON.stringify(valid)}x`]) {
        assertError(await ask({ protocol, body }), protocol, 400)
      }
    })

    test(`${protocol}: fields that are missing, of a wrong type, or given twice are named`, async () => {
      const wrong: readonly (readonly [field: string, body: string])[] = [
        ['model', JSON.stringify({ ...valid, model: undefined })],
        ['model', JSON.stringify({ ...valid, model: 7 })],
        ['messages', JSON.stringify({ ...valid, messages: undefined })],
        ['messages', JSON.stringify({ ...valid, messages: 'hi' })],
        ['stream', JSON.stringify({ ...valid, stream: 'yes' })],
        ['max_tokens', JSON.stringify({ ...valid, max_tokens: -1 })],
        ['max_tokens', JSON.stringify({ ...valid, max_tokens: 'many' })],
        ['model', `{"model":"a","model":"b","max_tokens":1,"messages":[]}`],
      ]
      for (const [field, body] of wrong) {
        const { message } = assertError(await ask({ protocol, body }), protocol, 400)
        assert.ok(message.includes(field), `${field}: ${message}`)
      }
    })

    test(`${protocol}: too deep, too many keys, too large`, async () => {
      const deep = JSON.stringify(valid).replace('"hi"', `${'['.repeat(5000)}${']'.repeat(5000)}`)
      assertError(await ask({ protocol, body: deep }), protocol, 400)
      const large = JSON.stringify({ ...valid, padding: 'x'.repeat(BODY_BYTES_MAX) })
      assertError(await ask({ protocol, body: large }), protocol, 413)
      assertError(await ask({ protocol, body: '{}', headers: { 'content-encoding': 'gzip' } }), protocol, 415)
      assertError(await ask({ protocol, body: '{}', headers: { 'content-type': 'text/plain' } }), protocol, 415)
    })
  }

  test('one of unknown length that grows too large is cut off all the same', async () => {
    const answer = await fetch(`${world.base}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key}`, 'content-type': 'application/json' },
      body: new Blob(['x'.repeat(BODY_BYTES_MAX * 4)]).stream(),
      duplex: 'half',
    })
    assert.equal(answer.status, 413)
    await answer.body?.cancel()
  })

  test('what was sent is not told back', async () => {
    for (const body of ['{"model":"secret-words"', '{"model":"secret-words","messages":[]}', '{"secret-words":1}']) {
      const answer = await ask({ body })
      assert.ok(!answer.body.toString().includes('secret-words'), answer.body.toString())
    }
  })
})

describe('a request that goes nowhere', () => {
  test('an unknown path is 404, with a body and without', async () => {
    for (const path of ['/nothing', '/v1/chat/completions/', '/v1/files', '/v1/../etc/passwd', '/operator/v1/accounts', '/metrics']) {
      for (const method of ['GET', 'POST']) {
        const answer = await ask({ method, path, body: method === 'POST' ? JSON.stringify(valid) : '' })
        assert.equal(answer.status, 404, `${method} ${path}`)
        assert.match(answer.requestId, /^[0-9a-f-]{36}$/)
      }
    }
  })

  test('a header is called what every object has, on either listener, and the processes are those there were', async () => {
    const before = [...world.pidsOf('gateway'), ...world.pidsOf('control')]
    for (const url of [`${world.base}/healthz`, `${world.base}/v1/prices`, `${world.base}/nothing`, `${world.operatorBase}/healthz`]) {
      for (const name of ['__proto__', 'constructor', 'prototype', 'tostring', 'hasownproperty', '__defineGetter__']) {
        const answer = await send({ url, method: 'GET', headers: { [name]: 'x' }, body: '', millisMax: 10_000 })
        assert.ok([200, 404].includes(answer.status), `${url}, ${name}: ${answer.status} ${answer.error}`)
      }
    }
    assert.deepEqual([...world.pidsOf('gateway'), ...world.pidsOf('control')], before)
    assert.equal((await call({ base: world.base, key: 'fbx_wrong', protocol: 'openai', headers: { ['__proto__']: 'x' } })).status, 401)
  })

  test('a wrong method is 405 and names the right ones', async () => {
    const wrong = [
      ['GET', '/v1/chat/completions', 'POST'],
      ['PUT', '/v1/messages', 'POST'],
      ['POST', '/v1/models', 'GET, HEAD'],
      ['DELETE', '/v1/usage', 'GET, HEAD'],
      ['POST', '/healthz', 'GET, HEAD'],
    ] as const
    for (const [method, path, allow] of wrong) {
      const answer = await ask({ method, path })
      assert.equal(answer.status, 405, `${method} ${path}`)
      assert.equal(answer.headers.allow, allow)
    }
  })

  test('a key in the address is refused, wherever it is', async () => {
    for (const path of [`/v1/chat/completions?key=${customer.key}`, `/v1/models?api_key=x`, `/v1/usage?access_token=${customer.key}`]) {
      const answer = await ask({
        method: path.includes('chat') ? 'POST' : 'GET',
        path,
        body: path.includes('chat') ? JSON.stringify(valid) : '',
      })
      assert.equal(answer.status, 400, path)
      assert.equal(errorCodeOf(answer), 'key_in_url')
    }
  })

  test('no key, a mistyped key and somebody else’s kind of key are 401 in the protocol’s shape', async () => {
    const mistyped = customer.key.slice(0, -1) + (customer.key.endsWith('0') ? '1' : '0')
    for (const protocol of PROTOCOLS) {
      for (const key of ['', mistyped, 'sk-ant-api03-other', 'fbx_'])
        assertError(await call({ base: world.base, key, protocol }), protocol, 401)
    }
  })
})

describe('a hostile connection', () => {
  test('bytes that are no HTTP are cut off, and the gateway serves on', async () => {
    for (const bytes of [
      '\x16\x03\x01\x02\x00',
      'GET\r\n\r\n',
      'POST / HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`,
    ])
      assert.ok(await isClosed(Buffer.from(bytes, 'latin1'), 5000))
    assert.equal((await send({ url: `${world.base}/readyz`, method: 'GET', headers: {}, body: '' })).status, 200)
  })

  // Where reading it throws, as it did, one such request of a stranger ends the process with all that goes on in it.
  test('a request whose headers never end is closed', { timeout: 40_000 }, async () => {
    assert.ok(await isClosed(Buffer.from('POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-slow: '), 30_000, 'y'))
  })

  test('two lengths, or a length and chunks, are refused', async () => {
    const head = `POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: ${customer.key}\r\n`
    for (const lengths of ['content-length: 2\r\ncontent-length: 3\r\n', 'content-length: 2\r\ntransfer-encoding: chunked\r\n'])
      assert.ok(await isClosed(Buffer.from(`${head}${lengths}\r\n{}`), 5000))
  })
})

/** Whether the server ends a connection that sent these bytes, and then one more each half second, in time. */
function isClosed(bytes: Buffer, millisMax: number, drip = ''): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(world.port, '127.0.0.1', () => void socket.write(bytes))
    const dripping = setInterval(() => void (drip !== '' && socket.write(drip)), 500)
    const timer = setTimeout(() => finish(false), millisMax)
    const finish = (closed: boolean): void => {
      clearTimeout(timer)
      clearInterval(dripping)
      socket.destroy()
      resolve(closed)
    }
    socket.resume()
    socket.on('error', () => finish(true))
    socket.on('close', () => finish(true))
  })
}
