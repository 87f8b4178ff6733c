import { setTimeout as sleep } from 'node:timers/promises'
import { call, isFullAnswer } from '../calls.ts'
import type { CheckContext, Figure } from '../harness/index.ts'
import { costOf, nanoOf } from '../operator.ts'
import { inParallel, until } from '../parallel.ts'
import type { Nodes } from './start-nodes.ts'

const CREDIT = '100.00'
const STREAMS = 8
const SETTLED = 20
const OPEN_MS = 8_000
/** A node is given up after a minute; who gives it up looks every few seconds. */
const RETURNED_MS_MAX = 90_000

/** The last node dies with all its processes while calls run everywhere: the others go on, what it had settled stays, what it held comes back. */
export async function loseNode(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  const [first, dying] = [worlds[0], worlds.at(-1)]
  if (first === undefined || dying === undefined) return {}
  const living = worlds.slice(0, -1)
  const customer = await first.operator.customer(CREDIT)
  const quick = { key: customer.key, protocol: 'openai' } as const
  const settled = await inParallel(Array.from({ length: SETTLED }), 4, () => call({ ...quick, base: dying.base }))
  const written = await until(
    () => first.operator.usage(customer.id),
    (rows) => rows.length >= SETTLED,
    10_000,
  )
  context.expect(written.length === SETTLED, `${written.length} of ${SETTLED} calls of the node are in the books before it dies`)
  const long = { ...quick, model: 'm-long', isStream: true, outputMax: 400 } as const
  const streams = worlds.flatMap(({ base }) => Array.from({ length: STREAMS }, () => call({ ...long, base })))
  await sleep(OPEN_MS)
  await dying.kill('all')
  const began = performance.now()
  const next = await inParallel(Array.from({ length: 40 }), 8, (_, index) =>
    call({ ...quick, base: living[index % living.length]?.base ?? '' }),
  )
  const failed = next.filter(({ status }) => status !== 200).length
  context.expect(failed === 0, `${failed} of 40 calls on the other nodes failed after one died`)
  const answers = await Promise.all(streams)
  const whole = answers.slice(0, STREAMS * living.length).filter((answer) => isFullAnswer(answer, 'openai')).length
  context.expect(whole === STREAMS * living.length, `${STREAMS * living.length - whole} streams on the other nodes broke`)
  const balance = await until(
    () => first.operator.balance(customer.id),
    ({ held }) => held === 0n,
    RETURNED_MS_MAX,
  )
  const returnedMs = Math.round(performance.now() - began)
  context.expect(balance.held === 0n, `${balance.held} is still held ${returnedMs} ms after the node died`)
  const rows = await first.operator.usage(customer.id)
  const kept = settled.filter(({ requestId }) => rows.some((row) => row.request_id === requestId)).length
  context.expect(kept === SETTLED, `${SETTLED - kept} settled calls are gone with their node`)
  const spent = costOf(rows)
  context.expect(balance.available === nanoOf(CREDIT) - spent, `${balance.available} left of ${CREDIT} after ${spent}`)
  return { settled_kept: kept, slices_back_ms: returnedMs, streams_of_others_whole: whole }
}
