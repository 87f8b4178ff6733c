/** Guarantee: the payloads that are planted in stored strings are many and each another one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { payloads } from './corpus.ts'

test('two thousand payloads are hardly ever the same twice, and most run something as they stand', () => {
  const all = payloads(2000)
  assert.equal(all.length, 2000)
  assert.ok(new Set(all).size > 1900, String(new Set(all).size))
  assert.ok(all.filter((text) => /<\w|javascript:/.test(text)).length > 1200)
  assert.ok(all.every((text) => text.isWellFormed() && !/\p{Cc}/u.test(text)))
})
