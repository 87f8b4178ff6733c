// What the fast path takes for a request, Node's own parser takes for the same one, and no bytes that could be two are taken at all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareReadings } from '../../../checks/security/same-reading.ts'
import { smugglingVectors } from '../../../checks/security/smuggling-vectors.ts'
import { readPlainHead } from './plain-head.ts'
import { PATHS } from './testing.ts'

const RUNS = 20_000
const PLAIN = 'POST /v1/messages HTTP/1.1\r\nHost: a.example:8080\r\nContent-Length: 2\r\nX-A:  b c\t\r\n\r\n{}GET'

test('a plain request is taken', () => {
  const head = readPlainHead(Buffer.from(PLAIN), PATHS) ?? assert.fail()
  assert.deepEqual(
    { ...head, headers: { ...head.headers } },
    {
      path: '/v1/messages',
      headers: { host: 'a.example:8080', 'x-a': 'b c' },
      facts: { keyDigest: undefined, rules: undefined },
      length: 2,
      lengthAt: PLAIN.indexOf('2\r\nX-A'),
      bodyAt: PLAIN.length - 5,
    },
  )
})

test('what has not come whole is not taken', () => {
  const end = PLAIN.indexOf('\r\n\r\n') + 4
  for (let length = 0; length < end; length += 1) assert.equal(readPlainHead(Buffer.from(PLAIN.slice(0, length)), PATHS), undefined)
  assert.equal(readPlainHead(Buffer.from(PLAIN.replace('b c', 'b'.repeat(9_000))), PATHS), undefined)
})

test('no vector of request smuggling is taken', () => {
  const vectors = smugglingVectors()
  assert.ok(vectors.length >= 400)
  for (const { name, bytes } of vectors) assert.equal(readPlainHead(bytes, PATHS), undefined, name)
})

test('node:http reads every request that is taken as it is read here, by the head before it or anew', async () => {
  const seed = Number(process.env['FAREBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
  const { taken, left, again, found } = await compareReadings({ n: RUNS, seed })
  assert.deepEqual(found, [], `seed ${seed}`)
  assert.ok(taken > RUNS / 5 && left > RUNS / 5 && again > RUNS / 5, `${taken} taken, ${again} of them by the head before, ${left} left`)
})
