// What a customer sees of a server from outside is told as it is: a server that breaks a promise ends with 1, and what was not tried is never called shown.
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { lookFromOutside } from './outside/index.ts'

let server: http.Server
let address: URL
before(async () => {
  // It serves everyone, sets a cookie, and lets its answers be kept.
  server = http.createServer((_, response) => response.writeHead(200, { 'set-cookie': 'a=b' }).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const bound = server.address()
  address = new URL(`http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`)
})
after(() => server.close())

const look = (at: URL) => lookFromOutside({ address: at, ca: undefined, keys: undefined, model: undefined })

test('a server that breaks promises is told so, claim by claim', async () => {
  const broken = (await look(address)).filter(({ result }) => result === 'broken').map(({ claim }) => claim)
  assert.deepEqual(broken, [
    'no cookie is set',
    'no answer may be kept on the way',
    'a key in an address is refused',
    'nobody is served without a key',
  ])
})

test('what needs a key, a certificate or a model is told as not tried', async () => {
  const untried = (await look(address)).filter(({ result }) => result === 'not tried').map(({ claim }) => claim)
  assert.ok(untried.includes('TLS 1.3 and nothing below'))
  assert.ok(untried.includes('what one customer says comes to no other'))
  assert.ok(untried.includes('a call has a receipt that proves what it cost'))
})

test('a server that is not there shows nothing', async () => {
  const findings = await look(new URL('http://127.0.0.1:1'))
  assert.ok(findings.some(({ result, what }) => result === 'broken' && /nothing answers/.test(what)))
})
