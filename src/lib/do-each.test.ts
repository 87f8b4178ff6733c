// Guarantee: of several things that have to be done, each is begun and done in turn, whatever becomes of the others, and no failure is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doEach } from './index.ts'

test('one that fails, also before it waits, holds up no other; the first failure is told', async () => {
  const done: number[] = []
  const work = (item: number): Promise<void> => {
    done.push(item)
    if (item === 2) throw new Error('first')
    return item === 3 ? Promise.reject(new Error('second')) : Promise.resolve()
  }
  await assert.rejects(doEach([1, 2, 3, 4], work), { message: 'first' })
  assert.deepEqual(done, [1, 2, 3, 4])
})

test('what fails without an error fails all the same', async () => {
  await assert.rejects(
    doEach([undefined], (item) => Promise.reject(item)),
    (thrown) => thrown === undefined,
  )
  await doEach([], () => Promise.reject(new Error('nothing to do')))
})
