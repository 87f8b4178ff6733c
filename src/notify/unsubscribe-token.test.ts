// Guarantee: a link ends the letters of one account about one topic, and nobody makes one for another account or topic.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KEY_PREFIX, TOPICS } from '../spec/index.ts'
import { readUnsubscribeToken, unsubscribeToken } from './unsubscribe-token.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => Buffer.from(key))
const whose = fc.record({ accountId: fc.uuid(), topic: fc.constantFrom(...TOPICS) })

test('a token tells whose letters about what it ends, and has no key in it', () => {
  fc.assert(
    fc.property(bytes, whose, (key, told) => {
      const token = unsubscribeToken(key, told)
      assert.deepEqual(readUnsubscribeToken(key, token), { ...told })
      assert.ok(!token.includes(KEY_PREFIX) && /^[0-9a-f]+$/.test(token))
    }),
  )
})

test('a token of another key, with any character changed, or that is none, ends nothing', () => {
  fc.assert(
    fc.property(bytes, bytes, whose, fc.nat(), fc.constantFrom(...'0123456789abcdef'), (key, other, told, at, digit) => {
      const token = unsubscribeToken(key, told)
      const place = at % token.length
      const changed = token.slice(0, place) + digit + token.slice(place + 1)
      if (changed !== token) assert.equal(readUnsubscribeToken(key, changed), undefined)
      if (!key.equals(other)) assert.equal(readUnsubscribeToken(other, token), undefined)
    }),
  )
  fc.assert(fc.property(bytes, fc.string({ maxLength: 100 }), (key, text) => readUnsubscribeToken(key, text) === undefined))
})
