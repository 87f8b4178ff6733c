// Guarantee: what is kept of something larger does not keep that in memory, and is the same bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { alone, roomFor, takenOut } from './room.ts'

test('what is kept of more has no more memory than twice its own, and the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), fc.nat(499), fc.nat(500), (all, from, length) => {
      const read = Buffer.allocUnsafeSlow(all.length)
      read.set(all)
      const part = read.subarray(Math.min(from, read.length), from + length)
      const kept = alone(part)
      assert.deepEqual(kept, part)
      assert.ok(kept.buffer.byteLength <= 2 * part.length)
      if (part.length * 2 >= read.length) assert.equal(kept, part)
    }),
  )
})

test('room has the length that was asked for, and is alone from four kilobytes on', () => {
  for (const length of [0, 1, 4_095, 4_096, 20_000]) {
    const room = roomFor(length)
    assert.equal(room.length, length)
    if (length >= 4_096) assert.equal(room.buffer.byteLength, length)
  }
})

test('what is taken out of a place is a copy, and nothing of it stays there', () => {
  for (const length of [0, 1, 4_095, 5_000]) {
    const place = Buffer.alloc(6_000, 'of another')
    place.fill('x', 0, length)
    assert.deepEqual(takenOut(place, length), Buffer.alloc(length, 'x'))
    assert.deepEqual(place, Buffer.concat([Buffer.alloc(length), Buffer.alloc(6_000, 'of another').subarray(length)]))
  }
})
