// Guarantee: of messages that are kept, each that was not dropped is there as it was last said, by its number, whatever came and went.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeCodec } from './codec.ts'
import { KeptMessages } from './kept-messages.ts'
import { SPELLED_GATEWAY } from './spelled/index.ts'

const codec = makeCodec(SPELLED_GATEWAY)
const said = (message: { readonly open: number }): Buffer => {
  const bytes = Buffer.alloc(codec.sizeOf('resumed'))
  codec.write('resumed', message, { block: codec.blockOf(bytes), offset: 0 })
  return bytes
}

const seq = fc.integer({ min: 1, max: 300 })
const step = fc.oneof(fc.record({ seq, open: fc.nat({ max: 0xffff_ffff }) }), fc.record({ seq }))

test('what is kept and not dropped is there, by its number', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const ours = new KeptMessages(codec, 'resumed')
      const theirs = new Map<number, Buffer>()
      for (const one of steps) {
        if ('open' in one) {
          theirs.set(one.seq, said(one))
          assert.deepEqual(ours.keep(one.seq, one), theirs.get(one.seq))
        } else assert.equal(ours.drop(one.seq), theirs.delete(one.seq))
        assert.equal(ours.size, theirs.size)
      }
      assert.deepEqual(
        ours.all(),
        [...theirs].sort(([a], [b]) => a - b).map(([, bytes]) => bytes),
      )
    }),
    { verbose: 1 },
  )
})

test('what was dropped leaves its room to what comes', () => {
  const ours = new KeptMessages(codec, 'resumed')
  let room = 0
  for (let open = 1; open <= 10_000; open += 1) {
    room = ours.keep(open, { open }).buffer.byteLength
    assert.equal(ours.drop(open), true)
  }
  assert.equal(room, 64 * codec.sizeOf('resumed'))
})
