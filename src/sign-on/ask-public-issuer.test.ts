// Guarantee: an issuer that a customer named is asked at a public https host alone, by one request that is followed nowhere else; an answer that is too
// large, or that does not come whole, is none.
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import type { AskIssuer } from '../issuers/index.ts'
import type { Outside } from '../outbound/index.ts'
import { askPublicIssuer } from './index.ts'

const PUBLIC = '93.184.215.14'
type Seen = { readonly line: string; readonly headers: IncomingMessage['headers']; readonly body: string }

let answer: (response: ServerResponse) => void
let seen: Seen[]
let names: readonly string[]
let addresses: readonly string[]
const server = createServer(async (request, response) => {
  seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: await text(request) })
  answer(response)
})
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => new Promise<void>((resolve) => void server.close(() => resolve())))
beforeEach(() => {
  ;[seen, names, addresses] = [[], [], [PUBLIC]]
  answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}')
})

/** A world whose every public address is the server of this test. */
const outside: Outside = {
  resolve: async (name) => {
    names = [...names, name]
    return addresses
  },
  dial: ({ address }, onDialled) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      Object.defineProperty(socket, 'remoteAddress', { value: address })
      onDialled(null, socket)
    })
  },
}
const ask = (question: Partial<Parameters<AskIssuer>[0]> = {}) =>
  askPublicIssuer(outside)({
    ...{ url: 'https://id.acme-login.com/token?x=1', method: 'GET', headers: {}, body: undefined, signal: undefined },
    ...question,
  })

test('a question goes to the host as it was asked, and its answer comes back', async () => {
  const reply = await ask({ method: 'POST', headers: { authorization: 'Basic abc', accept: 'application/json' }, body: 'code=c' })
  assert.deepEqual([reply.status, reply.headers.get('content-type'), await reply.json()], [200, 'application/json', { a: 1 }])
  assert.deepEqual(names, ['id.acme-login.com'])
  const [one] = seen
  assert.deepEqual([seen.length, one?.line, one?.body], [1, 'POST /token?x=1', 'code=c'])
  assert.deepEqual(
    [one?.headers.host, one?.headers.authorization, one?.headers['user-agent']],
    ['id.acme-login.com', 'Basic abc', 'farebox'],
  )
  answer = (response) => response.writeHead(204).end()
  const empty = await ask()
  assert.deepEqual([empty.status, await empty.text(), seen.at(-1)?.line], [204, '', 'GET /token?x=1'])
})

test('a redirect is an answer and is not followed', async () => {
  answer = (response) => response.writeHead(302, { location: 'https://evil-login.com/' }).end()
  assert.equal((await ask()).status, 302)
  assert.deepEqual([seen.length, names], [1, ['id.acme-login.com']])
})

test('an address that is no public https host is asked nothing, nor is a name that leads to one', async () => {
  for (const url of [
    'http://id.acme-login.com/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://id.acme-login.com:8443/',
    'https://me:secret@id.acme-login.com/',
    'file:///etc/passwd',
  ])
    await assert.rejects(ask({ url }), TypeError, url)
  assert.deepEqual(names, [])
  for (const found of [['10.0.0.1'], ['169.254.169.254'], [PUBLIC, '192.168.1.1'], ['::1'], []]) {
    addresses = found
    await assert.rejects(ask(), Error, found.join())
  }
  assert.deepEqual(seen, [])
})

test('an answer of more than 1 MiB is none, nor is one that is cut or comes too late', async () => {
  const whole = Buffer.alloc(1_048_576)
  answer = (response) => response.writeHead(200).end(whole)
  assert.equal((await (await ask()).arrayBuffer()).byteLength, whole.length)
  answer = (response) => response.writeHead(200).end(Buffer.alloc(whole.length + 1))
  await assert.rejects(ask(), RangeError)
  answer = (response) => {
    response.writeHead(200, { 'content-length': '10' }).write('123')
    setImmediate(() => response.destroy())
  }
  await assert.rejects(ask())
  answer = () => undefined
  await assert.rejects(ask({ signal: AbortSignal.timeout(20) }))
  server.closeAllConnections()
})
