// A large body holds up nobody: others have their turn between the steps in which it is read, and a client that has left is read no further.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PROTOCOLS } from '../protocols/index.ts'
import { ClientGone } from './client-gone.ts'
import { decodeInTurns } from './decode-in-turns.ts'
import type { Exchange } from './open-call.ts'
import { TimeShares } from './time-shares.ts'

const STEP_BYTES = 65_536
const bodyOf = (bytes: number): Buffer => Buffer.from(`{"model":"m",${' '.repeat(bytes)}"messages":[{"role":"user","content":"a"}]}`)

/** Shares by a clock on which each look takes two milliseconds, so that a turn has two steps. */
function gatewayOf(): { readonly timeShares: TimeShares } {
  let now = 0
  const monotonic = (): number => {
    now += 2
    return now
  }
  return { timeShares: new TimeShares({ now: monotonic, monotonic }) }
}

/** An exchange whose client can leave. */
function exchangeOf(): Exchange & { readonly response: { destroyed: boolean } } {
  const exchange: object = { protocol: PROTOCOLS['openai-chat'], address: undefined, response: { destroyed: false } }
  return exchange as Exchange & { readonly response: { destroyed: boolean } }
}

/** In how many turns of the event loop something is over. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let isOver = false
  void work.finally(() => {
    isOver = true
  })
  for (let turns = 0; ; turns += 1) {
    if (isOver) return turns
    await nextTurn()
  }
}

test('a small body is read at once, and a large one over many turns', async () => {
  const small = decodeInTurns(gatewayOf(), exchangeOf(), bodyOf(200_000))
  assert.ok(!('then' in small) && small.model === 'm')
  const large = Promise.resolve(decodeInTurns(gatewayOf(), exchangeOf(), bodyOf(40 * STEP_BYTES)))
  const turns = await turnsOf(large)
  assert.equal((await large).model, 'm')
  assert.ok(turns >= 20, `${turns} turns`)
})

test('several large bodies share each turn: the first of them is not over before the last has begun', async () => {
  const gateway = gatewayOf()
  const sizes = [40, 40, 5]
  const over: number[] = []
  const read = sizes.map(async (steps, index) => {
    await decodeInTurns(gateway, exchangeOf(), bodyOf(steps * STEP_BYTES))
    over.push(index)
  })
  const turns = await turnsOf(Promise.all(read))
  assert.deepEqual(over, [2, 0, 1])
  assert.ok(turns >= 42, `${turns} turns`)
})

test('who has left is read no further, and what is wrong is told as it is of a small body', async () => {
  const exchange = exchangeOf()
  const read = decodeInTurns(gatewayOf(), exchange, bodyOf(10 * STEP_BYTES))
  exchange.response.destroyed = true
  await assert.rejects(Promise.resolve(read), ClientGone)
  const wrong = Buffer.concat([bodyOf(10 * STEP_BYTES).subarray(0, -2), Buffer.from(']]}')])
  await assert.rejects(Promise.resolve(decodeInTurns(gatewayOf(), exchangeOf(), wrong)), /invalid_json/)
})
