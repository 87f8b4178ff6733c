// Guarantee: a block of the day is open from its first millisecond until just before its last minute ends, each day, also over midnight; and
// what is told of it on the channel is what it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clockTime, minuteOf, packBlock, TIME_BLOCKS, USUAL_BLOCKS, unpackBlock } from '../spec/index.ts'
import { millisToOpen } from './index.ts'

const DAY = Date.parse('2026-03-01T00:00:00Z')
const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`)

test('europe is open from 08:00 to just before 16:00', () => {
  const told = ['07:59:59.999', '08:00:00.000', '15:59:59.999', '16:00:00.000', '00:00:00.000'].map((time) =>
    millisToOpen(USUAL_BLOCKS.europe, at(time)),
  )
  assert.deepEqual(told, [1, 0, 0, 16 * 3_600_000, 8 * 3_600_000])
})

test('the usual blocks make a day: at each moment exactly one is open', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_399_999 }), (millis) => {
      assert.equal(TIME_BLOCKS.filter((name) => millisToOpen(USUAL_BLOCKS[name], DAY + millis) === 0).length, 1)
    }),
  )
})

const minutes = fc
  .record({ fromMinute: fc.integer({ min: 0, max: 1439 }), toMinute: fc.integer({ min: 1, max: 1440 }) })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute)

test('any block opens after as long as it says, and not a millisecond sooner', () => {
  const times = fc.integer({ min: 0, max: 3 * 86_400_000 })
  fc.assert(
    fc.property(minutes, times, (block, millis) => {
      const wait = millisToOpen(block, DAY + millis)
      if (wait === 0) return
      assert.ok(wait <= 86_400_000)
      assert.equal(millisToOpen(block, DAY + millis + wait), 0)
      assert.equal(millisToOpen(block, DAY + millis + wait - 1), 1)
      assert.equal((DAY + millis + wait) % 86_400_000, block.fromMinute * 60_000)
    }),
    { numRuns: 1000 },
  )
})

test('a block is the same after it was one number of 32 bits', () => {
  fc.assert(
    fc.property(minutes, fc.constantFrom(...TIME_BLOCKS), (block, name) => {
      const packed = packBlock({ name, ...block })
      assert.ok(Number.isInteger(packed) && packed >= 0 && packed < 0xffff_ffff)
      assert.deepEqual(unpackBlock(packed), { name, ...block })
      assert.equal(minuteOf(clockTime(block.fromMinute)), block.fromMinute)
    }),
  )
  assert.equal(unpackBlock(0xffff_fffe), undefined)
})
