// Guards: what was found is told as the server has it; an alarm ends with 1 so that a timer notices; what others wrote cannot command a terminal.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { openBooks, type SimulatedBooks } from '../../checks/money/simulated-books.ts'
import { operatorApp } from '../api/index.ts'
import { TEST_TOKEN, testWorld } from '../api/test-world.ts'
import { readConfig } from '../config.ts'
import { FailureError } from '../failures.ts'
import { closeDays } from '../ledger/index.ts'
import { isoDate } from '../lib/index.ts'
import { listManualDay } from '../reconcile/index.ts'
import { ExitError } from './command.ts'
import { type Connect, type OperatorTransport, operatorClient } from './operator-client.ts'
import { reconcileWith } from './reconcile.ts'

const DAY = 20_500
let books: SimulatedBooks
let transport: OperatorTransport
before(async () => {
  books = await openBooks({ seed: 4, accounts: 3, day: DAY })
  await books.settle(books.accounts)
  await books.beginDay(DAY + 1)
  await closeDays(books.kit.ledgerDatabase, { ids: books.ids, now: books.clock.at, before: DAY + 1 })
  const world = testWorld(books.kit.appDatabase)
  world.clock.at = books.clock.at
  const app = operatorApp(world.dependencies)
  transport = async ({ method, path, headers, body }) => {
    const answer = await app.request(path, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
})
after(() => books.close())

async function run(...argv: readonly string[]): Promise<{ readonly told: string; readonly code: number }> {
  const printed: string[] = []
  const print = (text: string): void => void printed.push(text)
  const connect: Connect = async () => operatorClient(transport, TEST_TOKEN, books.ids)
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  reconcileWith(connect)(program.command('reconcile'), { environment: {}, config: () => readConfig({}), print, note: print })
  try {
    await program.parseAsync(['reconcile', ...argv], { from: 'user' })
    return { told: printed.join('\n'), code: 0 }
  } catch (thrown) {
    if (thrown instanceof ExitError) return { told: printed.join('\n'), code: thrown.exitCode }
    throw thrown
  }
}

test('nothing yet, a day that agrees, a day that does not', async () => {
  const day = isoDate(DAY)
  assert.match((await run()).told, /No day has been reconciled yet/)
  const agreed = await run('--day', day)
  assert.equal(agreed.code, 0)
  assert.match(agreed.told, new RegExp(`^${day}: agrees\n`))
  assert.match((await run()).told, new RegExp(`${day} +agrees +0\\.00 +0\\.00 +0\\.00 +- `))
  const entries = [{ externalId: 'bank\u001b[31m', amount: 1_500_000_000n, currency: 'USD' }]
  await listManualDay(books.kit.appDatabase, { day, entries, now: books.clock.at })
  const differs = await run('--day', day)
  assert.equal(differs.code, 1)
  assert.match(differs.told, /under +manual +bank·\[31m +- +- +- +0\.00 \/ 1\.50/)
  const listed = await run()
  assert.equal(listed.code, 1)
  assert.match(listed.told, new RegExp(`Look closer: npx farebox reconcile --day ${day}$`))
  assert.equal(JSON.parse((await run('--json')).told).data[0].under, '1.50')
})

test('what is wrong is named', async () => {
  const refused = (code: string) => (thrown: unknown) => thrown instanceof FailureError && thrown.failure.code === code
  await assert.rejects(run('--day', '2026-02-31'), refused('invalid_field'))
  await assert.rejects(run('--day', isoDate(DAY + 1)), refused('day_open'))
})
