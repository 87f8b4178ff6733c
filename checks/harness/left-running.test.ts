// Guarantee: what a check started is stopped once, the last one first, also when it broke, stopped some of it itself, or was interrupted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stoppable, unlessInterrupted } from './index.ts'

/** Starts three things, the second of which cannot be stopped; what was stopped is in `stopped`. */
function startThree(stopped: string[]): () => Promise<void> {
  stoppable(async () => void stopped.push('first'))
  stoppable(() => Promise.reject(new Error('it does not stop')))
  return stoppable(async () => {
    await sleep(5)
    stopped.push('last')
  })
}

test('what is left running is stopped, the last one first', async () => {
  const stopped: string[] = []
  assert.equal(
    await unlessInterrupted(async () => {
      startThree(stopped)
      return 7
    }),
    7,
  )
  assert.deepEqual(stopped, ['last', 'first'])
})

test('what the work has stopped, or is just stopping, is not stopped again', async () => {
  const stopped: string[] = []
  await unlessInterrupted(async () => {
    await startThree(stopped)()
    stopped.push('worked')
  })
  assert.deepEqual(stopped, ['last', 'worked', 'first'])
  await unlessInterrupted(async () => void startThree(stopped)())
  assert.deepEqual(stopped.slice(3), ['last', 'first'])
})

test('work that breaks leaves nothing either', async () => {
  const stopped: string[] = []
  const broken = unlessInterrupted(async () => {
    startThree(stopped)
    throw new TypeError('broken')
  })
  await assert.rejects(broken, /broken/)
  assert.deepEqual(stopped, ['last', 'first'])
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the wait for work that goes on, once all is stopped, however often it comes`, async () => {
    const stopped: string[] = []
    const before = process.listenerCount(signal)
    const ended = await unlessInterrupted(async () => {
      startThree(stopped)
      process.kill(process.pid, signal)
      process.kill(process.pid, signal)
      await new Promise(() => undefined)
    })
    assert.equal(ended, 'interrupted')
    assert.deepEqual(stopped, ['last', 'first'])
    assert.equal(process.listenerCount(signal), before)
  })
}
