// The words for how much a model may think and the tokens that they stand for lead to each other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EFFORT_TOKENS, EFFORTS, effortOf } from './effort.ts'

test('each word stands for more than the one before it, and its tokens lead back to it', () => {
  const tokens = EFFORTS.map((effort) => EFFORT_TOKENS[effort])
  assert.deepEqual(
    tokens,
    tokens.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(tokens).size, EFFORTS.length)
  for (const effort of EFFORTS) assert.equal(effortOf(EFFORT_TOKENS[effort]), effort)
})

test('a number between two words is the larger one, so that no one thinks less than was asked for', () => {
  assert.deepEqual([effortOf(1), effortOf(1_025), effortOf(24_577), effortOf(1_000_000)], ['minimal', 'medium', 'xhigh', 'max'])
})
