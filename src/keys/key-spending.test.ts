// Guarantee: a key counts against its own cap, its group's and its subscription's budget, each as it is written, and a plan pays only where it has one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SpendRow, spendingOf } from './key-spending.ts'

const NONE: SpendRow = { id: 'k', key_cap: null, key_window: null, group_id: null, group_cap: null, group_window: null }

test('a key without limits has none, also in a group without a cap and on a plan without a budget', () => {
  assert.equal(spendingOf(NONE), undefined)
  assert.equal(spendingOf({ ...NONE, group_id: 'g' }, { id: 's', budget: undefined }), undefined)
})

test('its own cap, its group’s and its plan’s budget stand beside each other; only the plan pays', () => {
  const row: SpendRow = { id: 'k', key_cap: 5n, key_window: 'day', group_id: 'g', group_cap: 7n, group_window: 'month' }
  assert.deepEqual(spendingOf(row, { id: 's', budget: { limit: 140_000_000n, window: '5h' } }), [
    { subjectId: 'k', owner: 'key', limit: 5n, window: 'day', covers: false },
    { subjectId: 'g', owner: 'group', limit: 7n, window: 'month', covers: false },
    { subjectId: 's', owner: 'plan', limit: 140_000_000n, window: '5h', covers: true },
  ])
})

test('a seat covers whatever its calls cost', () => {
  const seat = { id: 's', budget: { limit: undefined, window: undefined } }
  assert.deepEqual(spendingOf(NONE, seat), [{ subjectId: 's', owner: 'plan', limit: undefined, window: 'total', covers: true }])
})
