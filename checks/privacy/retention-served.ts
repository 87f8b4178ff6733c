import { call } from '../calls.ts'
import { openLookout } from '../crash/clock-books.ts'
import { type Clocks, openClocks, startSteppedPostgres } from '../crash/stepped-clock.ts'
import type { CheckContext } from '../harness/index.ts'
import { until } from '../parallel.ts'
import { startWorld } from '../world.ts'

const AHEAD = '+93d'
const CALLS = 3

/** Lets a running Farebox die, moves the time of its machine and its database three months ahead, and looks when it first answers a call again. */
export async function purgesBeforeItServes(context: CheckContext): Promise<void> {
  const clocks = openClocks()
  try {
    await withClocks(context, clocks)
  } finally {
    clocks.remove()
  }
}

async function withClocks(context: CheckContext, clocks: Clocks): Promise<void> {
  const [control, database] = [clocks.make('control'), clocks.make('clock-of-database')]
  const postgres = await startSteppedPostgres(clocks, database)
  const world = await startWorld({ gateways: 1, env: { ...control.environment, DATABASE_URL: postgres.connection } }).catch(
    async (thrown: unknown) => {
      await postgres.stop()
      throw thrown
    },
  )
  const lookout = openLookout(postgres.connection)
  try {
    const { key } = await world.operator.customer('10.00')
    const ask = () => call({ base: world.base, key, protocol: 'openai' })
    const made = []
    for (let index = 0; index < CALLS; index += 1) made.push(await ask())
    const ids = made.map(({ requestId }) => requestId)
    const before = await until(
      () => lookout.calls(ids),
      (rows) => rows.size === CALLS,
      5_000,
    )
    context.expect(before.size === CALLS, `blind: ${before.size} of ${CALLS} calls are in the books`)
    control.set(AHEAD)
    database.set(AHEAD)
    context.expect((await world.kill('control')) > 0, 'there was no control to kill')
    const answer = await until(ask, ({ status }) => status === 200, 30_000)
    const after = await lookout.calls(ids)
    context.expect(answer.status === 200, `three months later a call is answered ${answer.status}`)
    context.expect(after.size === 0, `a call was served while ${after.size} that should be gone were there`)
  } finally {
    await lookout.close()
    await world.stop()
    await postgres.stop()
  }
}
