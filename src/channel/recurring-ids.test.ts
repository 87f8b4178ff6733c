// Guarantee: sixteen bytes are read as the text that they are, whatever was read before them, and the same text is not made twice in a row.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesToUuid } from '../lib/index.ts'
import { RecurringIds } from './recurring-ids.ts'

const word = fc.constantFrom(0, 1, 0x1000, 0x1001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff)
/** Ids that share places, and those that differ in one word alone. */
const id = fc.tuple(word, word, word, word).map((words) => Buffer.from(Uint32Array.from(words).buffer))

test('every id is read as its own text, after any others', () => {
  const nil = Buffer.alloc(16)
  assert.equal(new RecurringIds().read(nil, 0), '00000000-0000-0000-0000-000000000000')
  fc.assert(
    fc.property(fc.array(id), (ids) => {
      const reader = new RecurringIds()
      for (const bytes of ids) {
        const padded = Buffer.concat([Buffer.from([255]), bytes, Buffer.from([255])])
        assert.equal(reader.read(padded, 1), bytesToUuid(bytes))
        assert.equal(reader.read(bytes, 0), bytesToUuid(bytes))
      }
    }),
    { numRuns: 500 },
  )
})
