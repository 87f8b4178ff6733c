// A client cannot tell a connection of the fast path from one of node:http: the same answers, in the same order, whatever it sends and however it is cut.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { smugglingVectors } from '../../../checks/security/smuggling-vectors.ts'
import { seededRandom } from '../../../sim/index.ts'
import { letGo, systemClock } from '../../lib/index.ts'
import type { CallRequest } from '../call-request.ts'
import type { CallResponse } from '../call-response.ts'
import { readBody } from '../read-body.ts'
import { BODY, said, startServer, type Talk } from './testing.ts'

const SEED = Number(process.env['FAREBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
/** Who is silent for so long has said all; where two servers seem to differ, on a machine that is busy, the longer time is waited. */
const SILENT_MS = [150, 5_000]

/** Says in whole or in parts what came, or refuses before it came, as its body asks. */
async function echo(request: CallRequest, response: CallResponse): Promise<void> {
  try {
    if (request.headers['x-refuse'] !== undefined) return refuse(response)
    const body = await readBody(request, BODY)
    const told = Buffer.from(
      `${request.method} ${request.url} ${String(request.headers['x-canary'] ?? '')} ${body.toString('latin1')}`,
      'latin1',
    )
    if (request.headers['x-parts'] === undefined) {
      response.writeHead(200, ['x-a', 'b', 'content-length', String(told.length)])
      response.end(told.toString('latin1'), 'latin1')
      return
    }
    response.writeHead(201, ['content-type', 'text/event-stream'])
    for (let at = 0; at < told.length; at += 7) response.write(told.subarray(at, at + 7))
    response.end()
  } catch {
    response.destroy()
  } finally {
    request.resume()
  }
}

function refuse(response: CallResponse): void {
  response.writeHead(401, ['content-length', '2'])
  response.end(Buffer.from('{}'))
}

const fast = await startServer(echo, { clock: systemClock })
const plain = await startServer(echo)
after(() => Promise.all([fast.close(), plain.close()]))

const request = (canary: string, body: string, more = '', path = '/v1/messages'): string =>
  `POST ${path} HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${body.length}\r\nX-Canary: ${canary}\r\n${more}\r\n${body}`

async function sameAnswers(
  pieces: readonly (Buffer | string)[],
  name: string,
  more: Pick<Talk, 'first' | 'isInTurn'> = {},
): Promise<string> {
  let [ours, nodes] = ['', '']
  for (const silentMs of SILENT_MS) {
    const talk = { pieces, silentMs, ...more }
    ;[ours, nodes] = await Promise.all([said(fast.port, talk), said(plain.port, talk)])
    if (ours === nodes) return ours
  }
  assert.equal(ours, nodes, name)
  return ours
}

test('one call after the other is answered on one connection, and none of them by node:http', async () => {
  const before = fast.path?.handedOver
  const answer = await sameAnswers([request('one', '{"a":1}'), request('two', 'x'.repeat(40_000), 'X-Parts: 1\r\n')], 'two calls')
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\nx-a: b\r\ncontent-length: 29\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\nPOST/)
  assert.equal(fast.path?.handedOver, before)
})

test('the memory of a body is given back with the head before it, and what comes after it in the same memory is kept', async (t) => {
  const given = await startServer(
    async (call, response) => {
      const body = await readBody(call, BODY)
      const text = body.toString('latin1', 0, 3)
      letGo(body, call.headBytes)
      response.writeHead(200, ['content-length', '5'])
      response.end(Buffer.from(`${text} ${body.length === 0 ? 'y' : 'n'}`))
    },
    { clock: systemClock },
  )
  t.after(() => given.close())
  const answersOf = async (pieces: readonly string[]): Promise<readonly string[]> =>
    (await said(given.port, { pieces, silentMs: 150 })).match(/[a-z]{3} [yn]$|[a-z]{3} [yn](?=HTTP)/g) ?? []
  const long = request('x', 'a'.repeat(30_000))
  assert.deepEqual(await answersOf([long]), ['aaa y'])
  assert.deepEqual(await answersOf([long.slice(0, 20_000), long.slice(20_000)]), ['aaa y'])
  const [first, second] = await answersOf([long + request('x', 'b'.repeat(30_000))])
  assert.deepEqual([first, second?.slice(0, 3)], ['aaa n', 'bbb'])
  assert.deepEqual(await answersOf([request('x', 'c'.repeat(300))]), ['ccc n'], 'what is short costs more to give back than it is')
})

test('what is odd is answered by node:http, and so is what comes after it', async () => {
  const before = fast.path?.handedOver ?? 0
  const chunked = 'POST /v1/messages HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-Canary: c\r\n\r\n3\r\nabc\r\n0\r\n\r\n'
  const answer = await sameAnswers(
    [request('a', '1'), chunked, request('b', '22'), 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n', 'BAD\r\n\r\n'],
    'odd',
  )
  assert.equal(answer.split('HTTP/1.1 200 OK').length - 1, 4)
  assert.match(answer, /HTTP\/1\.1 400 Bad Request/)
  assert.equal(fast.path?.handedOver, before + 1)
})

test('every vector of request smuggling is answered as node:http answers it, and nothing twice', async () => {
  const vectors = smugglingVectors()
  for (let at = 0; at < vectors.length; at += 150)
    await Promise.all(vectors.slice(at, at + 150).map(({ name, bytes }) => sameAnswers([bytes], name, { first: request('first', '{}') })))
})

test(`requests that are alike, each sent when the one before is answered, are answered as node:http answers them (seed ${SEED})`, async () => {
  const random = seededRandom(SEED)
  const cases = Array.from({ length: 60 }, () => {
    const usual = random.pick(['', 'X-Refuse: 1\r\n', 'X-More: a\r\n', 'X-More: b\r\n'] as const)
    return Array.from({ length: 2 + random.below(8) }, () => {
      const canary = random.next() < 0.8 ? 'same' : 'other'
      const odd = random.pick(['X-More: c\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n'] as const)
      return request(canary, 'b'.repeat(1 + random.below(9) ** random.below(4)), random.next() < 0.9 ? usual : odd)
    })
  })
  const before = fast.path?.handedOver ?? 0
  await Promise.all(cases.map((pieces) => sameAnswers(pieces, JSON.stringify(pieces), { isInTurn: true })))
  assert.ok((fast.path?.handedOver ?? 0) - before < cases.length, 'none of them stayed')
})

test(`requests in a row, cut anywhere, are answered as node:http answers them (seed ${SEED})`, async () => {
  const random = seededRandom(SEED)
  const cases = Array.from({ length: 150 }, (_, index) => {
    const more = ['', '', 'X-Parts: 1\r\n', 'X-Refuse: 1\r\n', 'Expect: 100-continue\r\n'] as const
    const requests = Array.from({ length: 1 + random.below(5) }, (_, place) =>
      request(`c${index}-${place}`, 'b'.repeat(1 + random.below(9) ** random.below(5)), random.pick(more)),
    )
    if (random.next() < 0.2) requests.push(request(`c${index}-last`, '{}', 'Connection: close\r\n'))
    const bytes = requests.join('')
    const cuts = random.next() < 0.3 ? requests.map((one) => one.length) : []
    for (let count = random.below(6); count > 0; count -= 1) cuts.push(random.below(bytes.length))
    const places = [0, ...new Set(cuts), bytes.length].toSorted((a, b) => a - b)
    return places.slice(1).map((end, place) => bytes.slice(places[place], end))
  })
  await Promise.all(cases.map((pieces) => sameAnswers(pieces, JSON.stringify(pieces))))
})
