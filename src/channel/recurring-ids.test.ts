// Guarantee: sixteen bytes are read as the text that they are and a text is written as its bytes, whatever came before, and the same text is not made twice in a row.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesToUuid } from '../lib/index.ts'
import { RecurringIds } from './recurring-ids.ts'

const word = fc.constantFrom(0, 1, 0x1000, 0x1001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x0100_0000, 0xabcd_ef01)
/** Ids that share places, and those that differ in one word alone. */
const id = fc.tuple(word, word, word, word).map((words) => Buffer.from(Uint32Array.from(words).buffer))
const steps = fc.array(fc.record({ id, what: fc.constantFrom('read', 'write', 'write louder') }))

const bothOf = (bytes: Buffer) => ({ bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) })

test('every id is read as its own text and written as its own bytes, after any others', () => {
  const nil = Buffer.alloc(16)
  assert.equal(new RecurringIds().read(bothOf(nil), 0), '00000000-0000-0000-0000-000000000000')
  fc.assert(
    fc.property(steps, (asked) => {
      const ids = new RecurringIds()
      for (const { id: bytes, what } of asked) {
        const text = bytesToUuid(bytes)
        const padded = Buffer.concat([Buffer.from([255]), what === 'read' ? bytes : Buffer.alloc(16), Buffer.from([255])])
        if (what !== 'read') assert.ok(ids.write(bothOf(padded), 1, what === 'write' ? text : text.toUpperCase()))
        assert.deepEqual(padded.subarray(1, 17), bytes)
        assert.equal(ids.read(bothOf(padded), 1), text)
        assert.equal(padded[0], 255)
        assert.equal(padded[17], 255)
      }
    }),
    { numRuns: 500 },
  )
})

test('what is no id is not written, whatever was before', () => {
  const ids = new RecurringIds()
  const block = bothOf(Buffer.alloc(16))
  const known = '01234567-89ab-7def-8123-456789abcdef'
  assert.ok(ids.write(block, 0, known))
  for (const wrong of ['', 'words', known.slice(1), `${known}0`, known.replace('f', 'g'), known.replace('0', '\u0130')])
    assert.equal(ids.write(block, 0, wrong), false, wrong)
})
