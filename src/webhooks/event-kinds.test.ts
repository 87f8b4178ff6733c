// Guarantee: a payload holds ids, figures, times and words of ours, whatever lies in an event; no text of a person gets into one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { WEBHOOK_FIELDS } from '../inventory.ts'
import { fieldsOf, shownData, WEBHOOK_EVENTS } from './event-kinds.ts'

const AROUND = ['type', 'timestamp', 'webhook-id', 'webhook-timestamp', 'webhook-signature']

test('what is sent is declared, and nothing else is', () => {
  const sent = new Set([...AROUND, ...WEBHOOK_EVENTS.flatMap(fieldsOf)])
  assert.deepEqual(Object.keys(WEBHOOK_FIELDS).sort(), [...sent].sort())
})

test('whatever an event holds, nothing but short words, figures and times is shown', () => {
  fc.assert(
    fc.property(fc.constantFrom(...WEBHOOK_EVENTS, 'other'), fc.anything(), (kind, data) => {
      for (const value of Object.values(shownData(kind, data))) assert.ok(value === null || /^[\w.:-]{1,40}$/.test(value), value ?? '')
    }),
    { numRuns: 1_000 },
  )
})

test('money is told in dollars, windows by name, and a text in the place of an id is left out', () => {
  const id = '01890000-0000-7000-8000-00000000000a'
  const data = { subject_id: id, window: 2, amount: '1500000000', resets_at: '2026-11-27T00:00:00Z', note: 'hello' }
  assert.deepEqual(shownData('budget.reached', data), { subject_id: id, window: 'day', amount: '1.50', resets_at: '2026-11-27T00:00:00Z' })
  assert.deepEqual(shownData('key.created', { key_id: 'my favourite key' }), {})
})
