// Guarantee: the last ids are known, each exactly, at least as many as were asked for; older ones are forgotten.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { RecentIds } from './recent-ids.ts'

const MOST = 1_000

test('the last ids are known and older ones are forgotten', () => {
  const recent = new RecentIds(MOST)
  const ids = Array.from({ length: 5 * MOST }, () => randomUUID())
  for (const [at, id] of ids.entries()) {
    assert.equal(recent.has(id), false)
    recent.add(id)
    recent.add(id)
    for (const before of [0, 1, MOST - 1]) if (at >= before) assert.equal(recent.has(ids[at - before] ?? ''), true)
    if (at >= 2 * MOST) assert.equal(recent.has(ids[at - 2 * MOST] ?? ''), false)
  }
})

test('ids that differ in one digit, or begin at the same place, are not each other', () => {
  const recent = new RecentIds(MOST)
  const id = '01890a5d-ac96-774b-bcce-b302099a8057'
  recent.add(id)
  for (let at = 0; at < id.length; at += 1) {
    const other = `${id.slice(0, at)}${id[at] === '1' ? '2' : '1'}${id.slice(at + 1)}`
    if (id[at] !== '-') assert.equal(recent.has(other), false, other)
  }
  assert.throws(() => recent.has('no id'), TypeError)
})
