/** Guarantee: no door of the customers that takes an id comes without a line that says what SEC-01 tries at it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { customerApp } from '../../src/api/index.ts'
import { partlyMade } from '../customer-doors.ts'
import { doorsWithIds, ID_DOORS } from './id-doors.ts'

test('every door that takes an id is in the table, and nothing else is', () => {
  const doors = doorsWithIds(customerApp(partlyMade({})).routes)
  assert.ok(doors.length > 20, 'blind: the router holds hardly any door')
  assert.deepEqual(doors.toSorted(), Object.keys(ID_DOORS).toSorted())
})

test('every parameter of a door is said what it names', () => {
  for (const [line, { names }] of Object.entries(ID_DOORS))
    assert.deepEqual(
      [...line.matchAll(/:(\w+)/g)].map(([, name]) => name),
      Object.keys(names),
      line,
    )
})
