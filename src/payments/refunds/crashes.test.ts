// Guarantee: whatever breaks between any two steps, whatever is sent on the chain and whoever asks how often, no nano-dollar of a refund is lost or sent twice: what is
// left and what went is what was paid, and each refund that is done has a transfer of its own on the chain. Seed printed.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { playRefunds, type RefundMove, refundMove } from '../../../checks/money/refunds/index.ts'
import { openUsdcStore, type UsdcStore } from '../../../checks/money/usdc/index.ts'

const SEED = Date.now() % 1_000_000
const RUNS = 14
const move = (kind: RefundMove['kind']): RefundMove => ({ kind, which: 0, units: 1, breaks: undefined })
// Where nothing breaks one refund is done and one is cancelled, whatever the random ones come to.
const UNBROKEN: [RefundMove[]][] = [
  [(['ask', 'say', 'pay', 'final', 'finish'] as const).map(move)],
  [(['ask', 'cancel'] as const).map(move)],
]
let store: UsdcStore
before(async () => {
  store = await openUsdcStore()
})
after(() => store.close())
beforeEach(() => store.forget())

test(`any history of refunds on a chain (seed ${SEED})`, async () => {
  const sums = { done: 0, cancelled: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(refundMove, { minLength: 10, maxLength: 30 }), async (moves) => {
      await store.forget()
      const told = await playRefunds(store, moves)
      assert.equal(told.problem, undefined)
      sums.done += told.done
      sums.cancelled += told.cancelled
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true, examples: UNBROKEN },
  )
  assert.ok(sums.done > 0 && sums.cancelled > 0, `a run that shows nothing: ${JSON.stringify(sums)}`)
})
