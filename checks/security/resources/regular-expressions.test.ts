// Guarantee: what puts a regular expression together at run time is known, with a word on what of, before the long check asks how long any takes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { BUILT } from './bounded-expressions.ts'
import { expressionsIn } from './regular-expressions.ts'

test('each file that puts an expression together has its word, and each word its file', () => {
  const { built } = expressionsIn(fileURLToPath(new URL('../../../src', import.meta.url)))
  assert.deepEqual([...new Set(built.map((place) => place.replace(/:\d+$/, '')))].toSorted(), [...BUILT.keys()].toSorted())
})
