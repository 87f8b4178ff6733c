// Guarantee: an id and its sixteen bytes are the same thing, and a new id says when it was made and shares nothing with the last.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesToUuid, isUuid, systemIds, uuidToBytes, writeUuid } from './ids.ts'

const bytesOf16 = fc.uint8Array({ minLength: 16, maxLength: 16 })

test('bytes become the text that they are spelled as, and it becomes them again', () => {
  fc.assert(
    fc.property(bytesOf16, fc.nat(5), (bytes, offset) => {
      const padded = Buffer.concat([Buffer.alloc(offset, 1), bytes, Buffer.from([1])])
      const text = bytesToUuid(padded, offset)
      const hex = Buffer.from(bytes).toString('hex')
      assert.equal(text, hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))
      assert.ok(isUuid(text))
      const written = new Uint8Array(padded.length)
      assert.ok(writeUuid(text, written, offset))
      assert.deepEqual(Buffer.from(written.subarray(offset, offset + 16)), Buffer.from(bytes))
      assert.deepEqual(uuidToBytes(text), Buffer.from(bytes))
    }),
  )
})

test('new ids are of version 7, tell their time and are all different, over many draws of random bytes', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2 ** 48 - 1, noNaN: true }), (millis) => {
      const ids = systemIds(() => millis)
      const made = Array.from({ length: 900 }, () => ids.uuid())
      assert.equal(new Set(made.map((id) => id.slice(19))).size, made.length)
      for (const id of made) {
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        assert.equal(uuidToBytes(id).readUIntBE(0, 6), Math.floor(millis))
      }
    }),
    { numRuns: 50 },
  )
})
