// Guarantee: one day that cannot be purged keeps no other day, and is told all the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doEach } from './do-each.ts'

test('all are worked on, in turn, and the first failure is thrown at the end', async () => {
  const done: number[] = []
  const work = async (item: number): Promise<void> => {
    done.push(item)
    if (item > 1) throw new RangeError(`item ${item}`)
  }
  await assert.rejects(doEach([1, 2, 3], work), /item 2/)
  assert.deepEqual(done, [1, 2, 3])
  await doEach([1], work)
})
