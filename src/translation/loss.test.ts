// Guarantee: whatever fields of a client are called, what is said to be lost of them fits a header.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeLosses } from './loss.ts'

test('each is named once, in letters that a header takes, and none is left unnamed', () => {
  const losses = makeLosses()
  for (const field of ['top_k', 'messages[0].name', 'top_k', '', 'naïve\r\n', 'x'.repeat(200)]) losses.note(field)
  assert.deepEqual(losses.list(), ['top_k', 'messages[0].name', '?', 'na?ve??', 'x'.repeat(100)])
  for (let index = 0; index < 100; index += 1) losses.note(`f${index}`)
  assert.deepEqual([losses.list().length, losses.list().at(-1)], [51, 'more'])
})
