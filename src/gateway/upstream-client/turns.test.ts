// Of all that would take all of the time only a few go on in each turn of the event loop, each as often as the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Turns } from './turns.ts'

test('a few go on in each turn, in the order they came, and who waits again comes last', async () => {
  const turns = new Turns()
  const gone: string[] = []
  let isCounting = true
  const begin = (name: string): void =>
    turns.wait(() => {
      gone.push(name)
      if (isCounting) begin(name)
    })
  for (const name of 'abcdefg') begin(name)
  const byTurn: number[] = []
  for (let turn = 0; turn < 7; turn += 1) {
    const before = gone.length
    await nextTurn()
    byTurn.push(gone.length - before)
  }
  isCounting = false
  assert.deepEqual(byTurn, [4, 4, 4, 4, 4, 4, 4])
  assert.equal(gone.join(''), 'abcdefg'.repeat(4))
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  assert.equal(gone.length, 28 + 7)
})
