// Guarantee: what goes on to control says from where it comes as the gateway saw it and in no client's words, and what is of one connection alone crosses to
// no other, in neither direction; single bytes of a body do not cross as single bytes, and slow ones hold up nobody else; an answer that breaks off in
// control breaks off at its client.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import http, { type IncomingHttpHeaders } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { joinParts } from '../lib/index.ts'
import { forwardToControl } from './forward-control.ts'
import type { Gateway } from './gateway.ts'

const OWN_ANSWER = {
  'content-type': 'application/json',
  'x-kept': 'yes',
  'proxy-authenticate': 'Basic',
  'keep-alive': 'timeout=7',
  te: 'x',
}
const folder = mkdtempSync(join(tmpdir(), 'farebox-forward-'))
const controlHttpPath = join(folder, 'control')
const seen: IncomingHttpHeaders[] = []
const bodies: Buffer[][] = []
let sentOn: { readonly takesBody: boolean; readonly address: string | undefined } = { takesBody: true, address: undefined }
const gateway = { settings: { controlHttpPath } } as unknown as Gateway
const control = http.createServer((request, response) => {
  if (request.url === '/breaks') {
    response.writeHead(200, { 'content-length': '1000' }).write('half', () => setTimeout(() => response.destroy(), 20))
    return
  }
  seen.push(request.headers)
  const parts: Buffer[] = []
  bodies.push(parts)
  request.on('data', (part: Buffer) => parts.push(part))
  request.once('end', () => response.writeHead(200, OWN_ANSWER).end('{}'))
})
const edge = http.createServer((request, response) => {
  joinParts(request)
  void forwardToControl(gateway, { request, response, requestId: 'r-1', ...sentOn })
})
let port = 0

before(async () => {
  await new Promise<void>((resolve) => control.listen(controlHttpPath, resolve))
  await new Promise<void>((resolve) => edge.listen(0, '127.0.0.1', resolve))
  port = (edge.address() as AddressInfo).port
})
after(() => {
  for (const server of [control, edge]) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})

/** What control was shown of a request, and what its client was answered. */
async function forwarded(headers: http.OutgoingHttpHeaders, how: Partial<typeof sentOn> = {}) {
  sentOn = { takesBody: true, address: undefined, ...how }
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request({ port, method: 'POST', path: '/api/keys', headers, agent: false }, resolve)
    request.once('error', reject)
    request.end('{}')
  })
  answer.resume()
  return { shown: seen.at(-1) ?? assert.fail('control was not asked'), answer }
}

test('the address is what the gateway saw, or is not told, whatever a client says it is', async () => {
  const lie = { 'x-farebox-address': '198.51.100.1', 'X-Farebox-Address': '198.51.100.2' }
  assert.equal((await forwarded(lie, { address: '203.0.113.9' })).shown['x-farebox-address'], '203.0.113.9')
  assert.equal((await forwarded(lie)).shown['x-farebox-address'], undefined)
  assert.equal((await forwarded({ 'x-request-id': 'mine' })).shown['x-request-id'], 'r-1')
})

test('headers of one connection end there, on the way to control and back', async () => {
  const hops = { te: 'trailers', 'proxy-authorization': 'Basic x', 'proxy-connection': 'keep-alive', 'keep-alive': 'timeout=9' }
  const { shown, answer } = await forwarded({ ...hops, 'x-own': 'kept', authorization: 'Bearer k' })
  for (const name of Object.keys(hops)) assert.equal(shown[name], undefined, name)
  assert.deepEqual([shown['x-own'], shown.authorization], ['kept', 'Bearer k'])
  assert.deepEqual([answer.statusCode, answer.headers['x-kept'], answer.headers['x-request-id']], [200, 'yes', 'r-1'])
  assert.deepEqual([answer.headers['proxy-authenticate'], answer.headers['te']], [undefined, undefined])
  assert.notEqual(answer.headers['keep-alive'], OWN_ANSWER['keep-alive'])
})

test('a body that stays here is not announced', async () => {
  const { shown, answer } = await forwarded({ 'content-length': '2' }, { takesBody: false })
  assert.deepEqual([shown['content-length'] ?? '0', answer.statusCode], ['0', 200])
})

test('a body of single bytes crosses whole, and in far fewer parts', async () => {
  sentOn = { takesBody: true, address: undefined }
  const body = Array.from({ length: 20_000 }, (_, index) => 'abcdefg'[index % 7]).join('')
  const framed = [...body].map((letter) => `1\r\n${letter}\r\n`).join('')
  const answered = await new Promise<string>((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () =>
      socket.write(`POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${framed}0\r\n\r\n`),
    )
    socket.once('data', (part: Buffer) => {
      resolve(part.toString('latin1', 0, 12))
      socket.destroy()
    })
    socket.once('error', reject)
  })
  const parts = bodies.at(-1) ?? []
  assert.deepEqual([answered, Buffer.concat(parts).toString() === body], ['HTTP/1.1 200', true])
  assert.ok(parts.length < body.length / 10, `${parts.length} parts`)
})

/** A connection that has sent the head of a request and the first bytes of its body, and sends no more. */
const slowBody = (sentBytes: number): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    const head = 'POST /api/keys HTTP/1.1\r\nhost: a\r\ncontent-length: 200000\r\n\r\n'
    const socket = net.connect(port, '127.0.0.1', () => socket.write(head + '{'.repeat(sentBytes), () => resolve(socket)))
    socket.once('error', reject)
  })

test('who sends a body slowly, small or large, keeps nobody else from being answered', { timeout: 20_000 }, async () => {
  sentOn = { takesBody: true, address: undefined }
  const slow = await Promise.all(Array.from({ length: 200 }, (_, index) => slowBody(index % 2 === 0 ? 1 : 70_000)))
  await delay(300)
  for (const takesBody of [false, true]) assert.equal((await forwarded({}, { takesBody })).answer.statusCode, 200)
  for (const socket of slow) socket.destroy()
})

test('a large body crosses whole', async () => {
  sentOn = { takesBody: true, address: undefined }
  const body = Buffer.alloc(300_000, 'abcdefg')
  const request = http.request({ port, method: 'POST', path: '/api/keys', agent: false })
  const answered = once(request, 'response')
  request.end(body)
  const [answer] = (await answered) as [http.IncomingMessage]
  answer.resume()
  assert.deepEqual([answer.statusCode, Buffer.concat(bodies.at(-1) ?? []).equals(body)], [200, true])
})

test('an answer that breaks off in control breaks off here, and nobody waits for the rest of it', async () => {
  sentOn = { takesBody: false, address: undefined }
  const told = await new Promise<string>((resolve, reject) => {
    const request = http.request({ port, path: '/breaks', agent: false }, (answer) => {
      answer.once('error', (error: NodeJS.ErrnoException) => resolve(`${answer.statusCode} ${error.code}`))
      answer.resume()
    })
    request.once('error', reject)
    request.setTimeout(3_000, () => request.destroy(new Error('it is waited for')))
    request.end()
  })
  assert.equal(told, '200 ECONNRESET')
})
