// Guarantee: the head of a request that is like the one before it on its connection is read as if it were the first, whatever else it is like, and what was
// worked out of one head is never said of another. plain-head.test.ts holds rows of requests against Node's parser.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LastHead } from './last-head.ts'
import { readPlainHead } from './plain-head.ts'
import { PATHS } from './testing.ts'

const request = (length: string, { key = 'one', more = '' } = {}): Buffer =>
  Buffer.from(
    `POST /v1/messages HTTP/1.1\r\nHost: a\r\nAuthorization: ${key}\r\nContent-Length: ${length}\r\nAccept: */*\r\n${more}\r\n{}`,
    'latin1',
  )

/** Reads requests as they come on one connection; what is read of each has to be what is read of it alone. */
function readInTurn(requests: readonly Buffer[]) {
  const connection = new LastHead(PATHS)
  return requests.map((bytes) => {
    const head = connection.read(bytes)
    const anew = readPlainHead(bytes, PATHS)
    assert.deepEqual(head && { ...head, facts: anew?.facts }, anew, bytes.toString('latin1'))
    return head
  })
}

test('a head that is alike but for its length is taken over with what was worked out of it', () => {
  const [first, second, longer, shorter] = readInTurn(['2', '2', '1234567890', '7'].map((length) => request(length)))
  assert.equal(second, first)
  for (const head of [longer, shorter]) {
    assert.equal(head?.headers, first?.headers)
    assert.equal(head?.facts, first?.facts)
  }
  assert.deepEqual([longer?.length, shorter?.length], [1_234_567_890, 7])
})

test('a head of any other byte, or of another length, is read anew', () => {
  const one = request('12')
  const end = one.indexOf('\r\n\r\n') + 4
  for (let at = 0; at < end; at += 1) {
    const other = Buffer.from(one)
    other[at] = other[at] === 0x41 ? 0x42 : 0x41
    const [first, second] = readInTurn([one, other])
    assert.ok(second === undefined || second.facts !== first?.facts, `byte ${at}`)
  }
  for (const other of [request('12', { key: 'two' }), request('12', { key: 'ones' }), request('12', { more: 'X-A: b\r\n' })]) {
    const [first, second, third] = readInTurn([one, other, other])
    assert.notEqual(second?.facts, first?.facts)
    assert.equal(third, second)
  }
})

test('what is no length is none after any head, and what has not come whole is not taken', () => {
  for (const length of ['0', '00', '02', '', ' ', '+2', '-2', '2 2', '2,2', '2.0', '0x2', '2a', '12345678901', '１', '2\n', '2\r'])
    assert.equal(readInTurn([request('2'), request(length)])[1], undefined, JSON.stringify(length))
  assert.equal(readInTurn([request('2'), request('2 ')])[1]?.length, 2)
  assert.equal(readInTurn([request('2 '), request('345 ')])[1]?.length, 345)
  const whole = request('345')
  for (let length = 0; length < whole.indexOf('\r\n\r\n') + 4; length += 1)
    assert.equal(readInTurn([request('2'), whole.subarray(0, length)])[1], undefined)
})

test('what is kept is a copy, and no long head is kept', () => {
  const connection = new LastHead(PATHS)
  const bytes = request('2')
  const head = connection.read(bytes)
  bytes.fill(0)
  assert.equal(connection.read(request('2')), head)
  const long = request('2', { more: `X-A: ${'b'.repeat(5_000)}\r\n` })
  const [first, second] = readInTurn([long, long])
  assert.ok(first !== undefined && second !== undefined)
  assert.notEqual(second, first)
})
