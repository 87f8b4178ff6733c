// Guarantee: bytes come out as they went in, however they are cut; memory that is theirs alone goes back at once, and no other is touched.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GrowingBytes, letGo } from './growing-bytes.ts'

const [MANY, LARGE] = [200_000, 300_000]

/** Parts that have their memory for themselves. */
const parts = fc.array(
  fc.tuple(fc.oneof(fc.nat(10), fc.integer({ min: 4_000, max: 200_000 })), fc.nat(255)).map(([size, byte]) => Buffer.alloc(size, byte)),
  { maxLength: 20 },
)

test('what comes out is what went in, once', () => {
  fc.assert(
    fc.property(parts, fc.boolean(), (given, ownsParts) => {
      const expected = Buffer.concat(given)
      const lengths = given.map(({ length }) => length)
      const bytes = new GrowingBytes({ ownsParts })
      for (const part of given) bytes.push(part)
      if (!ownsParts)
        assert.deepEqual(
          given.map(({ length }) => length),
          lengths,
        )
      assert.equal(bytes.length, expected.length)
      assert.ok(bytes.take().equals(expected))
      assert.equal(bytes.length + bytes.take().length, 0)
    }),
    { seed: 11 },
  )
})

test('a single part is handed on as it is; of more, those that are alone in their memory are given back, and of slices nothing is', () => {
  const [alone, other] = [Buffer.alloc(LARGE, 1), Buffer.alloc(LARGE, 2)]
  const single = new GrowingBytes({ ownsParts: true })
  single.push(alone)
  assert.equal(single.take(), alone)
  const slice = Buffer.from(new ArrayBuffer(2 * LARGE), 0, LARGE)
  const bytes = new GrowingBytes({ ownsParts: true })
  for (const part of [slice, alone, other]) bytes.push(part)
  assert.deepEqual([slice.length, alone.length, other.length], [LARGE, 0, 0])
  assert.equal(bytes.take().length, 3 * LARGE)
})

test('single bytes take no more than twice what they are', () => {
  const bytes = new GrowingBytes({ ownsParts: true })
  for (let index = 0; index < MANY; index += 1) bytes.push(Buffer.alloc(1, index))
  const taken = bytes.take()
  assert.equal(taken.length, MANY)
  assert.ok(taken.buffer.byteLength <= 2 * MANY)
  assert.ok(taken.every((byte, index) => byte === index % 256))
})

test('what is said to come is alone in its memory where it comes, and believed in steps where it does not', () => {
  fc.assert(
    fc.property(parts, fc.integer({ min: -1_000, max: 1_000 }), fc.nat(1), (given, aside, isWrong) => {
      const whole = Buffer.concat(given)
      const expected = Math.max(0, whole.length + aside * isWrong)
      const bytes = new GrowingBytes({ ownsParts: true, expected })
      for (const part of given) bytes.push(part)
      const taken = bytes.take()
      assert.ok(taken.equals(whole))
      if (isWrong === 0) assert.equal(taken.buffer.byteLength, taken.length)
    }),
    { seed: 12 },
  )
  const said = new GrowingBytes({ ownsParts: true, expected: 20_000_000 })
  for (let count = 0; count < 3; count += 1) said.push(Buffer.alloc(MANY))
  assert.ok(said.take().buffer.byteLength <= 4 * 3 * MANY)
})

test('what is dropped is gone, and dropping nothing is fine', () => {
  const part = Buffer.alloc(LARGE)
  const bytes = new GrowingBytes({ ownsParts: true })
  bytes.drop()
  bytes.push(part)
  bytes.drop()
  assert.deepEqual([part.length, bytes.length], [0, 0])
  letGo(part)
})

test('bytes are given back with what nobody reads before them, and never with what somebody may', () => {
  const made = (from: number, to: number): Buffer => Buffer.from(new ArrayBuffer(9_000)).subarray(from, to)
  const isGivenBack = (bytes: Buffer, before?: number): boolean => {
    letGo(bytes, before)
    return bytes.buffer.byteLength === 0
  }
  for (const before of [120, 121]) assert.ok(isGivenBack(made(120, 9_000), before))
  assert.ok(isGivenBack(made(0, 9_000), 120), 'in a memory of its own')
  for (const kept of [made(120, 9_000), made(0, 8_999), made(1, 9_000)]) assert.ok(!isGivenBack(kept))
  for (const kept of [made(121, 9_000), made(120, 8_999), made(0, 8_999)]) assert.ok(!isGivenBack(kept, 120))
  const first = made(120, 9_000)
  const bytes = new GrowingBytes({ ownsParts: true, before: 120 })
  bytes.push(first)
  bytes.push(Buffer.from('x'))
  assert.deepEqual([first.length, bytes.take().length], [0, 8_881])
})
