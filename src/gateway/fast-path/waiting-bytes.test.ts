// Guarantee: a request that waits comes out as it went in, in bytes of its own, and nothing of it stays in the room that a connection keeps.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { WaitingBytes } from './waiting-bytes.ts'

test('requests of all lengths come out as they went in, and none is there after', () => {
  const request = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 700 }),
    fc.integer({ min: 4_090, max: 4_110 }).map((length) => new Uint8Array(length).fill(length)),
  )
  fc.assert(
    fc.property(fc.array(request, { maxLength: 6 }), (requests) => {
      const waiting = new WaitingBytes()
      for (const bytes of requests.map((one) => Buffer.from(one))) {
        assert.equal(waiting.isTaken, false)
        waiting.put(bytes)
        assert.equal(waiting.isTaken, true)
        const expected = Buffer.from(bytes)
        // What came is used for something else.
        if (bytes.length <= 4_096) bytes.fill(1)
        const taken = waiting.take()
        assert.deepEqual(taken, expected)
        if (bytes.length <= 4_096) assert.equal(taken.buffer.byteLength, taken.length)
      }
      assert.equal(waiting.take().length, 0)
    }),
  )
})

test('the room is wiped when a request is taken out of it', (context) => {
  const rooms: Buffer[] = []
  const make = Buffer.allocUnsafeSlow.bind(Buffer)
  context.mock.method(Buffer, 'allocUnsafeSlow', (size: number) => {
    const made = make(size)
    rooms.push(made)
    return made
  })
  const waiting = new WaitingBytes()
  waiting.put(Buffer.from('how deep is the harbour?'))
  const [room] = rooms
  assert.equal(room?.includes('harbour'), true)
  assert.equal(waiting.take().toString(), 'how deep is the harbour?')
  assert.equal(room?.includes('harbour'), false)
})
