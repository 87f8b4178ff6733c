// Guards: a month is printed as the server tells it, in each form; it adds up; words of people cannot command a terminal; bad input says what to do.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { operatorApp } from '../api/index.ts'
import { send, TEST_TOKEN, testWorld } from '../api/test-world.ts'
import { readConfig } from '../config.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { makeLedger } from '../ledger/index.ts'
import { type Connect, type OperatorTransport, operatorClient } from './operator-client.ts'
import { statementWith } from './statement.ts'

const NOW = Date.now()
const MONTH = new Date(NOW).toISOString().slice(0, 7)
let kit: TestDatabase
let account = ''
let transport: OperatorTransport
let ids: ReturnType<typeof testWorld>['dependencies']['ids']
before(async () => {
  kit = await createTestDatabase()
  const world = testWorld(kit.appDatabase)
  world.clock.at = NOW
  ids = world.dependencies.ids
  const app = operatorApp(world.dependencies)
  transport = async ({ method, path, headers, body }) => {
    const answer = await app.request(path, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
  account = (await send(app, 'POST /operator/v1/accounts', { body: { email: 'a@example.com' } })).json.id
  const ledger = makeLedger(kit.ledgerDatabase, world.dependencies)
  await ledger.openAccount(account)
  const deposit = { accountId: account, kind: 'manual', sourceKey: 'a' } as const
  await ledger.credit({ ...deposit, amount: 12_500_000_001n, reason: 'first \u001b[31mdeposit' })
})
after(() => kit.drop())

async function run(...argv: readonly string[]): Promise<string> {
  const printed: string[] = []
  const print = (text: string): void => void printed.push(text)
  const connect: Connect = async () => operatorClient(transport, TEST_TOKEN, ids)
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  statementWith(connect)(program.command('statement'), { environment: {}, config: () => readConfig({}), print, note: print })
  await program.parseAsync(['statement', ...argv], { from: 'user' })
  return printed.join('\n')
}

test('as a table, as JSON, as CSV and as a page', async () => {
  const table = await run(account, '--month', MONTH)
  assert.match(table, /manual: first ·\[31mdeposit +12\.500000001 +12\.500000001/)
  assert.match(table, /balance now +12\.500000001/)
  assert.ok(!table.includes('\u001b'))
  assert.equal(JSON.parse(await run(account, '--month', MONTH, '--json')).closing_balance, '12.500000001')
  assert.match(await run(account, '--month', MONTH, '--csv'), /,manual,.*,true,12\.500000001,12\.500000001\r\n/)
  assert.match(await run(account, '--month', MONTH, '--html', '--lang', 'zh'), /^<!doctype html>\n<html lang="zh-Hans">/)
})

test('what is wrong is named', async () => {
  const refused = (code: string) => (thrown: unknown) => thrown instanceof FailureError && thrown.failure.code === code
  await assert.rejects(run(account, '--month', '2026-13'), refused('invalid_field'))
  await assert.rejects(run(account, '--month', '../../keys'), refused('invalid_field'))
  await assert.rejects(run(account, '--month', MONTH, '--lang', 'xx'), refused('invalid_field'))
  await assert.rejects(run(account, '--month', '2099-01'), refused('month_ahead'))
  await assert.rejects(run('nobody', '--month', MONTH), refused('account_unknown'))
})
