// Guarantee: messages of an event stream are read as they were written wherever their bytes are cut; a changed byte is never taken for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { awsMessage } from '../../sim/index.ts'
import { type AwsMessage, awsMessageReader } from './aws-event-stream.ts'

const plain = ({ headers, payload }: AwsMessage) => [Object.fromEntries(headers), payload.toString('hex')]
const isRefused = (pieces: readonly Buffer[]): boolean => {
  const reader = awsMessageReader()
  try {
    for (const piece of pieces) reader.push(piece)
  } catch {
    return true
  }
  return !reader.isBetween()
}

const written = fc.record({
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.string({ maxLength: 40 }), { maxKeys: 4, noNullPrototype: true }),
  payload: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
})
const bytesOf = ({ headers, payload }: { readonly headers: Record<string, string>; readonly payload: Buffer }): Buffer =>
  awsMessage(headers, payload)

// Source: the vectors of https://github.com/boto/botocore/blob/develop/tests/unit/test_eventstream.py (2026-11-26).
test("AWS's own examples: an empty message, a payload without headers, a header that is a number", () => {
  const examples: readonly (readonly [hex: string, payload: string])[] = [
    ['000000100000000005c248eb7d98c8ff', ''],
    [`0000001d00000000fd528c5a${Buffer.from("{'foo':'bar'}").toString('hex')}c3653936`, "{'foo':'bar'}"],
    [
      `0000002b0000000e348bec7b08${Buffer.from('event-id').toString('hex')}040000a00c${Buffer.from("{'foo':'bar'}").toString('hex')}d3890285`,
      "{'foo':'bar'}",
    ],
  ]
  for (const [hex, payload] of examples) {
    const [message, ...more] = awsMessageReader().push(Buffer.from(hex, 'hex'))
    assert.deepEqual([message?.payload.toString(), message?.headers.size, more.length], [payload, 0, 0])
  }
})

test('every split into two, and any into many, gives the same messages', () => {
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (all, sizes) => {
      const stream = Buffer.concat(all.map(bytesOf))
      const expected = all.map(({ headers, payload }) => [headers, payload.toString('hex')])
      for (let at = 0; at <= stream.length; at += 1) {
        const reader = awsMessageReader()
        const got = [...reader.push(stream.subarray(0, at)), ...reader.push(stream.subarray(at))]
        assert.deepEqual(got.map(plain), expected)
        assert.ok(reader.isBetween())
      }
      const reader = awsMessageReader()
      const got: AwsMessage[] = []
      for (let at = 0; at < stream.length; ) {
        const size = sizes.next().value
        got.push(...reader.push(stream.subarray(at, at + size)))
        at += size
      }
      assert.deepEqual(got.map(plain), expected)
    }),
    { numRuns: 60 },
  )
})

test('no changed byte passes, and no stream that is cut short counts as whole', () => {
  fc.assert(
    fc.property(written, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, place, change) => {
      const bytes = bytesOf(message)
      const changed = Buffer.from(bytes)
      const at = place % bytes.length
      changed[at] = (changed[at] ?? 0) ^ change
      assert.ok(isRefused([changed]), `byte ${at}`)
      assert.ok(isRefused([bytes, bytes.subarray(0, 1 + (place % (bytes.length - 1)))]))
    }),
    { numRuns: 500 },
  )
})

test('a length beyond bounds is refused before its bytes are waited for', () => {
  for (const [total, headers] of [
    [0xffff_ffff, 0],
    [25_165_824 + 17, 0],
    [200_000, 131_073],
    [15, 0],
    [20, 8],
  ] as const) {
    const prelude = awsMessage({}, '').subarray(0, 12)
    prelude.writeUInt32BE(total, 0)
    prelude.writeUInt32BE(headers, 4)
    prelude.writeUInt32BE(sumOf(prelude.subarray(0, 8)), 8)
    assert.throws(() => awsMessageReader().push(prelude), /beyond bounds/)
  }
  assert.throws(() => awsMessageReader().push(Buffer.from('HTTP/1.1 502 Bad Gateway')), /do not fit/)
})

test('headers that are cut off or of an unknown type are refused, others than texts passed over', () => {
  const withHead = (head: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(16 + head.length)
    bytes.writeUInt32BE(bytes.length, 0)
    bytes.writeUInt32BE(head.length, 4)
    bytes.writeUInt32BE(sumOf(bytes.subarray(0, 8)), 8)
    bytes.set(head, 12)
    bytes.writeUInt32BE(sumOf(bytes.subarray(0, bytes.length - 4)), bytes.length - 4)
    return bytes
  }
  const name = [1, 0x61]
  for (const head of [[5, 0x61], [...name, 7, 0, 9, 0x62], [...name, 4, 0], [...name, 10], name])
    assert.throws(() => awsMessageReader().push(withHead(head)), /a header of an event stream/)
  const passed = [
    [0],
    [1],
    [2, 1],
    [3, 1, 2],
    [4, 1, 2, 3, 4],
    [5, ...Array(8).fill(1)],
    [6, 0, 1, 9],
    [8, ...Array(8).fill(1)],
    [9, ...Array(16).fill(1)],
  ]
  for (const value of passed) {
    const [message] = awsMessageReader().push(withHead([...name, ...value, 1, 0x62, 7, 0, 1, 0x63]))
    assert.deepEqual(Object.fromEntries(message?.headers ?? []), { b: 'c' })
  }
})

/** CRC-32, bit by bit, as the standard has it; the reader uses the runtime's. */
function sumOf(bytes: Buffer): number {
  let sum = 0xffff_ffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 0 ? sum >>> 1 : (sum >>> 1) ^ 0xedb8_8320
  }
  return (sum ^ 0xffff_ffff) >>> 0
}
