import fc from 'fast-check'
import { stopTestServer } from '../../../src/db/testing.ts'
import type { CheckContext, Measured } from '../../harness/index.ts'
import { openUsdcStore } from '../usdc/index.ts'
import { playRefunds, refundMove } from './history.ts'

/** Of so many histories some refund is done, and some cancelled. */
const SURE_HISTORIES = 50

/**
 * MON-15r: histories of refunds, of what is sent for them on a chain that takes blocks back, and of databases and books that break; at the end what is left, what was
 * spent and what went is what was paid, and each refund that is done has a transfer of its own in a final block.
 */
export async function refundHistories(context: CheckContext): Promise<Measured> {
  const store = await openUsdcStore()
  const counted = { done: 0, cancelled: 0 }
  try {
    const histories = fc.sample(fc.array(refundMove, { minLength: 10, maxLength: 40 }), { numRuns: context.n, seed: context.seed })
    for (const [index, moves] of histories.entries()) {
      await store.forget()
      const told = await playRefunds(store, moves)
      context.expect(told.problem === undefined, `history ${index}: ${told.problem}`)
      counted.done += told.done
      counted.cancelled += told.cancelled
      if (index % 20 === 0) context.progress(`${index} of ${context.n} histories`)
    }
    context.expect((await store.money.ledger.verify()).ok, 'the books do not agree')
    context.expect(
      context.n < SURE_HISTORIES || (counted.done > 0 && counted.cancelled > 0),
      'blind: no refund was done, or none was cancelled',
    )
  } finally {
    await store.close()
    await stopTestServer()
  }
  return { n: context.n, measured: counted }
}
