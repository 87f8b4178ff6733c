// Guards: what customers asked back is listed, granted whole or in part and declined from the command line, and each says what comes next.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { openRefundWorld, type RefundWorld } from '../../checks/money/refunds/index.ts'
import { openUsdcStore, type UsdcStore } from '../../checks/money/usdc/index.ts'
import { operatorApp } from '../api/index.ts'
import { TEST_TOKEN, testWorld } from '../api/test-world.ts'
import { readConfig } from '../config.ts'
import { FailureError } from '../failures.ts'
import { systemIds } from '../lib/index.ts'
import { askBack } from '../payments/index.ts'
import { operatorClient } from './operator-client.ts'
import { refundsWith } from './refunds.ts'

let store: UsdcStore
let world: RefundWorld
before(async () => {
  store = await openUsdcStore()
  world = await openRefundWorld(store)
})
after(() => store.close())

/** Runs `farebox refunds …` on the interface in memory; gives what it printed. */
async function run(...argv: readonly string[]): Promise<string> {
  const { money, database } = store
  const app = operatorApp({
    ...testWorld(database).dependencies,
    ...{ refunds: world.desk, ledger: money.ledger, subjects: money.subjects },
  })
  const connect = async () =>
    operatorClient(
      async ({ method, path, headers, body }) => {
        const answer = await app.request(path, { method, headers, body: body ?? null })
        return { status: answer.status, text: await answer.text() }
      },
      TEST_TOKEN,
      systemIds(() => store.clock.at),
    )
  const written: string[] = []
  const print = (text: string) => void written.push(text)
  const program = new Command().exitOverride()
  refundsWith(connect)(program.command('refunds'), { environment: {}, config: () => readConfig({}), print, note: print })
  await program.parseAsync(['refunds', ...argv], { from: 'user' })
  return written.join('\n')
}

async function wish(amount: bigint): Promise<string> {
  const { accountId, paymentId } = await world.newPayment(10_000_000n)
  const parts = {
    ...{ ledger: store.money.ledger, sealing: store.money.subjects, policy: world.parts.policy, askOf: () => world.desk.ask },
    ...{ clock: store.clock, ids: { uuid: () => randomUUID() } },
  }
  return (await store.database.transaction((tx) => askBack(parts, tx, { accountId, paymentId, amount }))).id
}

test('what waits is listed, and decided once', async () => {
  assert.equal(await run('asked'), 'Nobody waits for an answer.')
  const [granted, declined] = [await wish(4_000_000_000n), await wish(5_000_000_000n)]
  const listed = await run('asked')
  for (const part of [granted, declined, 'usdc', '10.00', '4.00', '5.00']) assert.ok(listed.includes(part), `${part} in ${listed}`)
  const told = await run('grant', granted, '--amount', '3.00')
  assert.match(told, /^Granted: whoever paid says where it goes\.\nNext: npx farebox refunds show [0-9a-f-]{36}$/)
  assert.match(await run('list'), /3\.00/)
  assert.match(await run('decline', declined, 'a gift'), /\$5\.00 stay on the balance/)
  assert.equal(await run('asked'), 'Nobody waits for an answer.')
  const all = JSON.parse(await run('asked', '--all', '--json')) as { data: readonly { id: string; reason: string | null }[] }
  assert.equal(all.data.find(({ id }) => id === declined)?.reason, 'a gift')
  await assert.rejects(run('grant', declined), (thrown) => thrown instanceof FailureError && thrown.failure.code === 'refund_wish_decided')
})
