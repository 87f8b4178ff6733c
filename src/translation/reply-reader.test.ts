// Guarantee: a whole reply says the same however long it is and however it is cut; one that is too long, broken off or no object is told as broken by its parser.
// Alone in its process: what JSON.parse makes of a key with an escape hangs on the keys of objects that were made there before (lib/read-json.ts).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from './call.ts'
import type { CanonicalEvent } from './events.ts'
import { BROKEN, REPLY_BYTES_MAX, readWholeReply } from './reply-reader.ts'

/** What a parser was told of a reply that came in parts of so many bytes, and what came out. */
function read(bytes: Buffer, partBytes: number): { readonly told: readonly JsonObject[]; readonly events: readonly CanonicalEvent[] } {
  const told: JsonObject[] = []
  const reader = readWholeReply((emit) => ({
    take: (object) => void told.push(object),
    end: () => emit(told.length === 0 ? BROKEN : { type: 'end' }),
  }))
  const events: CanonicalEvent[] = []
  for (let at = 0; at < bytes.length; at += partBytes) events.push(...reader.push(bytes.subarray(at, at + partBytes)))
  events.push(...reader.end())
  return { told, events }
}

/** V8 misreads keys in which there is a backslash: see lib/json-in-parts.test.ts. */
const UNIT = fc.constantFrom('a', '1', '"', '中', '\n', '\u0000', '😀')

const long = fc
  .tuple(
    fc.dictionary(fc.string({ unit: UNIT }), fc.jsonValue({ stringUnit: UNIT })),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc.integer({ min: 1, max: 20_000 }),
  )
  .map(([members, text, times]) => ({ ...members, text: text.repeat(times) }))

test('short and long replies are read alike, cut anywhere', () => {
  fc.assert(
    fc.property(long, fc.integer({ min: 500, max: 100_000 }), (object, partBytes) => {
      const awaited = JSON.parse(JSON.stringify(object)) as JsonObject
      assert.deepEqual(read(Buffer.from(JSON.stringify(object)), partBytes), { told: [awaited], events: [{ type: 'end' }] })
    }),
    { numRuns: 200 },
  )
})

test('a long reply that breaks off, has something behind it or is no object says nothing', () => {
  const whole = JSON.stringify({ text: 'a'.repeat(200_000) })
  for (const text of [whole.slice(0, -1), `${whole}x`, `[${whole}]`, `${'['.repeat(2_000)}${whole}${']'.repeat(2_000)}`])
    assert.deepEqual(read(Buffer.from(text), 10_000), { told: [], events: [BROKEN] })
})

test('a reply that is too long is broken once, and nothing of it is told', () => {
  const bytes = Buffer.from(JSON.stringify({ text: 'a'.repeat(REPLY_BYTES_MAX) }))
  assert.deepEqual(read(bytes, 1_000_000), { told: [], events: [BROKEN] })
})
