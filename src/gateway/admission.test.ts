// Protects: who sends much waits for himself; no account waits for another's calls, none waits for longer than is said, and what waits is bounded.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { Admission, LOOK_MS } from './admission.ts'

/** An admission whose clock and turns are moved by hand, late from the start when `isLate`. */
function open(isLate: boolean) {
  const at = { now: 0 }
  let turn: (() => void) | undefined
  const admission = new Admission({
    clock: { now: () => 0, monotonic: () => at.now },
    nextTurn: (next) => {
      turn = next
    },
  })
  at.now += isLate ? LOOK_MS + 41 : LOOK_MS + 40
  admission.look()
  const begun: string[] = []
  const refused: string[] = []
  const enter = (name: string): void => {
    const waiting = admission.enter(name)
    if (waiting === undefined) begun.push(name)
    else waiting.then(() => begun.push(name)).catch((thrown) => refused.push(thrown instanceof FailureError ? thrown.failure.code : name))
  }
  /** One turn of the event loop that took so long; false when nobody waited for one. */
  const goOn = async (millis: number): Promise<boolean> => {
    const next = turn
    turn = undefined
    at.now += millis
    next?.()
    await new Promise((resolve) => setImmediate(resolve))
    return next !== undefined
  }
  return { admission, begun, refused, enter, goOn }
}

test('calls begin at once while the event loop keeps up', () => {
  const { begun, enter } = open(false)
  for (let index = 0; index < 100; index += 1) enter('one')
  assert.equal(begun.length, 100)
})

test('while it is late, an account with a thousand calls lets another begin in the next turn', async () => {
  const { begun, enter, goOn } = open(true)
  for (let index = 0; index < 1_000; index += 1) enter('many')
  for (let turn = 0; turn < 5; turn += 1) await goOn(50)
  assert.ok(begun.length < 10, `${begun.length} began in long turns`)
  enter('few')
  await goOn(1)
  assert.ok(begun.includes('few'))
})

test('whoever enters, in whatever turns: accounts take turns, nobody is lost, and only who waited for too long is refused', async () => {
  const accounts = fc.constantFrom('a', 'b', 'c', 'd')
  const steps = fc.array(fc.oneof(fc.record({ account: accounts }), fc.record({ millis: fc.integer({ min: 0, max: 300 }) })), {
    maxLength: 120,
  })
  const property = fc.asyncProperty(steps, async (played) => {
    const { admission, begun, refused, enter, goOn } = open(true)
    let entered = 0
    for (const step of played) {
      if ('millis' in step) await goOn(step.millis)
      else {
        enter(step.account)
        entered += 1
      }
    }
    while (await goOn(1));
    assert.equal(begun.length + refused.length, entered)
    assert.equal(admission.refused, refused.length)
    assert.ok(refused.every((code) => code === 'unavailable'))
    const waited = played.reduce((sum, step) => sum + ('millis' in step ? step.millis : 0), 0)
    if (waited + entered < 2_000) assert.deepEqual(refused, [])
  })
  const seed = Number(process.env['FAREBOX_SEED'] ?? Date.now() % 1e9)
  await fc.assert(property, { seed, numRuns: 300 })
})

test('who waited for two seconds is refused, and beyond ten thousand the account with the most', async () => {
  const late = open(true)
  late.enter('one')
  await late.goOn(2_001)
  assert.deepEqual(late.refused, ['unavailable'])
  const full = open(true)
  full.enter('few')
  for (let index = 0; index < 10_000; index += 1) full.enter('many')
  await full.goOn(0)
  assert.equal(full.admission.refused, 1)
  assert.ok(full.begun.includes('few'))
})
