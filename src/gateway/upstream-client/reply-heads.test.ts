// A head says the same whatever came before it on its connection: it is read as if it were the first, or refused as that would be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keptFields, type ReplyHead, readReplyHead } from './reply-head.ts'
import { ReplyHeads } from './reply-heads.ts'

const KEPT = keptFields(['x-a'])
const seed = Math.floor(performance.timeOrigin) % 2 ** 31

/** A head as it lies among other bytes: up to the first empty line. */
function placed(head: string): { readonly bytes: Buffer; readonly from: number; readonly to: number } {
  const bytes = Buffer.from(`12${head}\r\n\r\nbody: 7`, 'latin1')
  return { bytes, from: 2, to: bytes.indexOf('\r\n\r\n', 2) }
}

function readBy(heads: ReplyHeads, head: string): ReplyHead {
  const { bytes, from, to } = placed(head)
  const again = heads.readAgain(bytes, from)
  if (again === undefined) return heads.read({ bytes, from, to })
  assert.equal(heads.end, to + 4)
  return again
}

function tried(read: () => ReplyHead): ReplyHead | string {
  try {
    return structuredClone(read())
  } catch (thrown) {
    return String(thrown)
  }
}

/** What each head of a connection says, and what it says where it is the first. */
function both(heads: readonly string[]) {
  const known = new ReplyHeads(KEPT)
  return {
    told: heads.map((head) => tried(() => readBy(known, head))),
    alone: heads.map((head) => tried(() => readReplyHead(placed(head), KEPT))),
  }
}

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('', ' ', 'a', ' keep-alive', 'close', ' chunked ', 'application/json', ' timeout=5', 'é', 'a\tb', 'x: y'),
  },
  fc.constantFrom('\r', '\n', '\r\n', '\r\nx-b: 1', '\x7f', '\0', '\r\n a'),
)
const length = fc.constantFrom(
  '',
  '0',
  '00',
  '7',
  '610',
  ' 610',
  '611 ',
  '\t12',
  '999999999999999',
  '9999999999999999',
  '6 1',
  '-1',
  '6,6',
  '0x1',
)
const name = fc.constantFrom(
  'content-length',
  'Content-Length',
  'date',
  'X-Request-Id',
  'content-type',
  'connection',
  'keep-alive',
  'x-a',
  'a b',
  '',
)
const start = fc.constantFrom(
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 429 Slow',
  'HTTP/1.1 100 Go',
)
type Line = readonly [name: string, value: string, length: string]
const lines = fc.array(fc.tuple(name, value, length), { maxLength: 5 })
const textOf = (first: string, all: readonly Line[]): string =>
  [first, ...all.map(([named, said, long]) => `${named}:${named.toLowerCase() === 'content-length' ? long : said}`)].join('\r\n')

/** Heads most of which are the one before with other values. */
const heads = fc
  .tuple(start, lines, fc.array(fc.array(fc.tuple(fc.nat(9), value, length), { maxLength: 3 }), { maxLength: 5 }))
  .map(([first, all, changes]) => {
    const made = [textOf(first, all)]
    let now: readonly Line[] = all
    for (const change of changes) {
      for (const [at, said, long] of change) now = now.map((line, index) => (index === at ? [line[0], said, long] : line))
      made.push(textOf(first, now))
    }
    return made
  })

test(`heads that follow others say what they say alone (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(heads, { minLength: 1, maxLength: 3 }), (runs) => {
      const { told, alone } = both(runs.flat())
      assert.deepEqual(told, alone)
    }),
    { seed, numRuns: 3_000 },
  )
})

test('a head that is the last one again is the same object, and another length makes another', () => {
  const known = new ReplyHeads(KEPT)
  const read = (bytes: number, date: string): ReplyHead =>
    readBy(known, `HTTP/1.1 200 OK\r\nDate: ${date}\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\nX-Id: ${date}`)
  const first = read(610, 'Mon')
  assert.equal(read(610, 'Tuesday'), first)
  assert.deepEqual(read(12, ''), {
    ...first,
    headers: { ...first.headers, 'content-length': '12' },
    framing: { kind: 'length', bytes: 12 },
  })
  assert.equal(read(610, 'Wednesday'), first)
})

test('where heads are never alike none is kept any more', () => {
  const known = new ReplyHeads(KEPT)
  const read = (type: number): ReplyHead => readBy(known, `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: 1`)
  for (let type = 0; type < 16; type += 1) read(type)
  const last = read(99)
  assert.notEqual(read(99), last)
  assert.deepEqual(read(99), last)
})
