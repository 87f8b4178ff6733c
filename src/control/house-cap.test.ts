// Guarantee: the house's daily cap bounds each key that spends a balance and has none of its own, and no other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SpendLimit } from '../spec/index.ts'
import { houseCap } from './house-cap.ts'

const own: SpendLimit = { subjectId: 'k', owner: 'key', limit: 9n, window: 'month', covers: false }
const group: SpendLimit = { subjectId: 'g', owner: 'group', limit: 7n, window: 'day', covers: false }
const plan: SpendLimit = { subjectId: 's', owner: 'plan', limit: undefined, window: 'total', covers: true }
const house: SpendLimit = { subjectId: 'k', owner: 'key', limit: 5n, window: 'day', covers: false }

test('a key without a cap has that of the house, beside its group’s; one with a cap, or whose plan pays, has not', () => {
  const bind = houseCap(5n)
  assert.deepEqual(bind('k', undefined), [house])
  assert.deepEqual(bind('k', [group]), [house, group])
  assert.deepEqual(bind('k', [own, group]), [own, group])
  assert.deepEqual(bind('k', [plan]), [plan])
})

test('without a cap of the house nothing is bounded', () => {
  assert.equal(houseCap(undefined)('k', undefined), undefined)
  assert.deepEqual(houseCap(undefined)('k', [group]), [group])
})
