// Guards: account, key, credit, refund and transfer do on the running server what they say, tell a secret once, and fail in one line that says
// what to do.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Command } from 'commander'
import { type ApiDependencies, operatorApp } from '../api/index.ts'
import { TEST_TOKEN, testWorld } from '../api/test-world.ts'
import { readConfig } from '../config.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { freezeAccount, makeLedger } from '../ledger/index.ts'
import { systemIds } from '../lib/index.ts'
import { paymentSettingsOf } from '../payments/index.ts'
import { accountWith } from './account.ts'
import { creditWith } from './credit.ts'
import { keyWith } from './key.ts'
import { type Connect, connectOperator, type OperatorTransport, operatorClient, overHttp } from './operator-client.ts'
import { operatorsWith } from './operators.ts'
import { planWith } from './plan.ts'
import { refundWith } from './refund.ts'
import { transferWith } from './transfer.ts'

const ids = systemIds(() => Date.parse('2026-11-21T12:00:00Z'))
let kit: TestDatabase
let dependencies: ApiDependencies

before(async () => {
  kit = await createTestDatabase()
  dependencies = testWorld(kit.appDatabase).dependencies
})
after(() => kit.drop())

const inMemory: OperatorTransport = async ({ method, path, headers, body }) => {
  const answer = await operatorApp(dependencies).request(path, { method, headers, body: body ?? null })
  return { status: answer.status, text: await answer.text() }
}

const connectInMemory: Connect = async () => operatorClient(inMemory, TEST_TOKEN, ids)
const run = (...argv: readonly string[]) => runOver(connectInMemory, {}, argv)

/** Runs a command line over a connection, with these settings; gives what it printed. */
async function runOver(connect: Connect, environment: Readonly<Record<string, string>>, argv: readonly string[]): Promise<string> {
  const written: string[] = []
  const print = (text: string) => {
    written.push(text)
  }
  const context = { environment, config: () => readConfig(environment), print, note: print }
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined, outputError: () => undefined })
  accountWith(connect)(program.command('account'), context)
  keyWith(connect)(program.command('key'), context)
  creditWith(connect)(program.command('credit'), context)
  operatorsWith(connect)(program.command('operators'), context)
  planWith(connect)(program.command('plan'), context)
  refundWith(connect)(program.command('refund'), context)
  transferWith(connect)(program.command('transfer'), context)
  await program.parseAsync(argv, { from: 'user' })
  return written.join('\n')
}

const refused = (code: string, told: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof FailureError)
  assert.equal(thrown.failure.code, code)
  assert.match(thrown.failure.message, told)
  return true
}

test('from nothing to a key: every step says what it did and what comes next', async () => {
  assert.match(await run('account', 'list'), /no account yet.*farebox account create/)
  const created = await run('account', 'create', 'alice@example.com')
  const id = /account ([0-9a-f-]{36}) /.exec(created)?.[1] ?? ''
  assert.match(created, new RegExp(`Next: npx farebox credit ${id} `))
  assert.match(
    await run('credit', id, '12.5', '--reason', 'first deposit'),
    /Available: \$12\.50, held: \$0\.00\.\nNext: npx farebox key create/,
  )
  assert.match(await run('key', 'list', id), /no key yet.*farebox key create/)
  const minted = await run('key', 'create', id, '--name', 'main', '--concurrent-calls', '3', '--expires-at', '2027-01-31T00:00:00Z')
  assert.equal(minted.match(/fbx_[0-9A-Za-z]{49}/g)?.length, 1)
  assert.match(minted, /cannot be shown again/)
  const listed = await run('key', 'list', id)
  assert.match(listed, /main +fbx_.{4}….{4} +in use +all +2026-11-21 12:00 +2027-01-31 00:00/)
  assert.ok(!/fbx_[0-9A-Za-z]{49}/.test(listed))
  assert.match(await run('account', 'show', id), /available +\$12\.50/)
  assert.match(await run('account', 'list'), /alice@example\.com +active +12\.50 +0\.00/)
  const revoke = (reason: string) => run('account', 'revoke-second-factors', id, '--reason', reason)
  await assert.rejects(revoke('because'), refused('invalid_field', /takeover, lost/))
  assert.match(await revoke('lost'), /passkeys 0, authenticator apps 0, recovery codes 0/)
})

test('plans are set, given to accounts, and deleted when nobody is on them', async () => {
  assert.match(await run('plan', 'list'), /no plan yet.*farebox plan set/)
  assert.match(await run('plan', 'set', 'pro', '0.9'), /plan pro pay 0\.9 times.*\nNext: npx farebox account change/)
  const id = /account ([0-9a-f-]{36}) /.exec(await run('account', 'create', 'member@example.com'))?.[1] ?? ''
  const changed = await run('account', 'change', id, '--plan', 'pro', '--price-multiplier', '1.25')
  assert.match(changed, /plan +pro\nprice multiplier +1\.25\n/)
  assert.match(await run('account', 'change', id, '--price-multiplier', '1'), /plan +pro\nprice multiplier +1\n/)
  assert.match(await run('plan', 'list'), /pro +0\.9 +1 +operator +in use/)
  const terms = { kind: 'monthly', price: '29.00', price_multiplier: '0.9', budget: { amount: '0.42', window: '5h' }, public: true }
  await operatorClient(inMemory, TEST_TOKEN, ids).put('/plans/sold', terms)
  const sold = JSON.parse(await run('plan', 'set', 'sold', '0.8', '--json'))
  assert.deepEqual({ ...sold, ...terms, price_multiplier: '0.8' }, sold)
  await assert.rejects(run('plan', 'delete', 'pro'), refused('plan_in_use', /still on this plan/))
  assert.match(await run('account', 'change', id, '--no-plan'), /plan +none\n/)
  assert.match(await run('plan', 'delete', 'pro'), /out of use/)
  await assert.rejects(run('account', 'change', id, '--plan', 'pro'), refused('plan_unknown', /no plan/))
  await assert.rejects(run('plan', 'set', 'pro', '1e3'), refused('invalid_field', /price_multiplier.*above 0/))
  await assert.rejects(run('account', 'change', id), refused('invalid_field', /at least one of/))
})

test('--json prints the answer as it came', async () => {
  const account = JSON.parse(await run('account', 'create', 'json@example.com', '--json'))
  assert.equal(account.email, 'json@example.com')
  const key = JSON.parse(await run('key', 'create', account.id, '--name', 'n', '--json'))
  assert.match(key.secret, /^fbx_/)
  assert.deepEqual(JSON.parse(await run('key', 'list', account.id, '--json')).data.length, 1)
  assert.equal(JSON.parse(await run('key', 'revoke', key.id, '--json')).id, key.id)
  assert.match(await run('key', 'list', account.id), /revoked 2026-11-21 12:00/)
  assert.equal(JSON.parse(await run('credit', account.id, '1', '--reason', 'r', '--promotion', '--json')).balance.available, '1.00')
  assert.ok(JSON.parse(await run('account', 'list', '--limit', '1', '--json')).next)
})

test('what the server refuses is told in its own words', async () => {
  await assert.rejects(run('account', 'show', 'nobody'), refused('account_unknown', /^There is no account with this id\.$/))
  await assert.rejects(run('account', 'create', 'no address'), refused('invalid_field', /"email" is not valid/))
  const { id } = JSON.parse(await run('account', 'create', 'refused@example.com', '--json'))
  await assert.rejects(run('credit', id, '1e3', '--reason', 'r'), refused('amount_invalid', /"amount" must be a positive decimal/))
  await assert.rejects(
    run('key', 'create', id, '--name', 'n', '--tokens-per-minute', 'many'),
    refused('invalid_field', /limits\.tokens_per_minute.* a whole number from 1/),
  )
  await assert.rejects(run('key', 'create', id), { code: 'commander.missingMandatoryOptionValue' })
})

test('money goes back, is taken back and undone; what an account owes and that it is frozen is told', async () => {
  const inBooks: OperatorTransport = async ({ method, path, headers, body }) => {
    const real = { ...dependencies, ledger: makeLedger(kit.ledgerDatabase, dependencies) }
    const answer = await operatorApp(real).request(path, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
  const runInBooks = (...argv: readonly string[]) => runOver(async () => operatorClient(inBooks, TEST_TOKEN, ids), {}, argv)
  const { id } = JSON.parse(await runInBooks('account', 'create', 'books@example.com', '--json'))
  assert.match(await runInBooks('transfer', 'list', id), /Nothing has moved yet.*farebox credit/)
  await runInBooks('credit', id, '10', '--reason', 'deposit')
  assert.match(
    await runInBooks('refund', id, '4', '--reason', 'asked'),
    /^Refunded \$4\. Available: \$6\.00, held: \$0\.00, owed: \$0\.00\.\nUndo:/,
  )
  await assert.rejects(runInBooks('refund', id, '7', '--reason', 'asked'), refused('balance_insufficient', /\$6\.00/))
  const back = JSON.parse(await runInBooks('refund', id, '10', '--reason', 'bank', '--chargeback', '--json'))
  assert.deepEqual([back.balance.available, back.debt], ['0.00', '4.00'])
  assert.match(await runInBooks('account', 'show', id), /owed +\$4\.00\nfrozen +no/)
  assert.match(
    await runInBooks('transfer', 'reverse', back.transfer_id, '--reason', 'won'),
    /Available: \$6\.00, held: \$0\.00, owed: \$0\.00/,
  )
  await assert.rejects(runInBooks('transfer', 'reverse', back.transfer_id, '--reason', 'again'), refused('transfer_reversed', /already/))
  assert.match(await runInBooks('transfer', 'list', id), /chargeback +-10\.00 +bank \(reversed\)/)
  const first = JSON.parse(await runInBooks('transfer', 'list', id, '--limit', '1', '--json'))
  assert.ok(first.next !== null && first.data.length === 1)
  await freezeAccount(kit.ledgerDatabase, id, 'day_not_calls')
  assert.match(await runInBooks('account', 'show', id), /frozen +day_not_calls, since 20/)
  assert.match(await runInBooks('account', 'thaw', id), /agree. It is served again/)
  assert.match(await runInBooks('account', 'show', id), /frozen +no/)
})

test('credit that waits for another operator is told as that, with the id to approve and the word not to ask again', async () => {
  const bounded = { ...dependencies, paymentSettings: paymentSettingsOf({ manual: { second_person_above: '100.00' } }) }
  const transport: OperatorTransport = async ({ method, path, headers, body }) => {
    const answer = await operatorApp(bounded).request(path, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
  const runBounded = (...argv: readonly string[]) => runOver(async () => operatorClient(transport, TEST_TOKEN, ids), {}, argv)
  const { id } = JSON.parse(await runBounded('account', 'create', 'large@example.com', '--json'))
  assert.match(await runBounded('credit', id, '100', '--reason', 'within'), /^Credited \$100\. /)
  const told = await runBounded('credit', id, '100.01', '--reason', 'above')
  const [, pendingId] = /^Credit ([0-9a-f-]{36}) of \$100\.01 waits for another operator/.exec(told) ?? assert.fail(told)
  assert.match(told, new RegExp(`POST /operator/v1/pending-credits/${pendingId}/approve. Do not ask again`))
  const waiting = JSON.parse(await runBounded('credit', id, '200', '--reason', 'above', '--json'))
  assert.deepEqual([waiting.state, waiting.amount, waiting.transfer_id], ['waiting', '200.00', null])
})

test('without a server, without a token and with something else there, one line says so and what to do', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'farebox-commands-'))
  const environment = { FAREBOX_DATA_DIR: dataDir, FAREBOX_OPERATOR_LISTEN: '127.0.0.1:9' }
  const over = (settings: Readonly<Record<string, string>>, ...argv: readonly string[]) => runOver(connectOperator, settings, argv)
  await assert.rejects(over(environment, 'account', 'list'), refused('operator_token_unreadable', /operator-token\. .*npx farebox serve/))
  writeFileSync(join(dataDir, 'operator-token'), `${TEST_TOKEN}\n`)
  const down = refused('server_not_running', /^No Farebox answers at http:\/\/127\.0\.0\.1:9\. Start it with: npx farebox serve$/)
  await assert.rejects(over(environment, 'key', 'revoke', 'x'), down)
  const seen: (string | undefined)[] = []
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end('<html>')
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const settings = { ...environment, FAREBOX_OPERATOR_LISTEN: `127.0.0.1:${port}` }
  await assert.rejects(over(settings, 'credit', 'x', '1', '--reason', 'r'), refused('server_not_farebox', /is not a Farebox/))
  assert.deepEqual(seen, [`Bearer ${TEST_TOKEN}`])
  other.closeAllConnections()
  other.close()
  rmSync(dataDir, { recursive: true })
})

test('a change whose answer does not come may have been made, which is told and not that nothing runs', async () => {
  const left = ['silent', 'ended', 'half']
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const how = left.shift()
      if (how === 'ended') request.socket.destroy()
      if (how !== 'half') return
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{', () => request.socket.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const over = async () => operatorClient(overHttp(`http://127.0.0.1:${port}`, 300), TEST_TOKEN, ids)
  try {
    while (left.length > 0)
      await assert.rejects(
        runOver(over, {}, ['credit', 'x', '1', '--reason', 'r']),
        refused('server_answer_missing', /may have been made: look before you do it again/),
        left[0] ?? 'none',
      )
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('operators are invited, invited anew, given another role and ended by name; the link is told once', async () => {
  // What has ended by the clock of the database has ended, so this one may only be ahead of it.
  const world = testWorld(kit.appDatabase)
  world.clock.at = Date.now() + 60_000
  const transport: OperatorTransport = async ({ method, path, headers, body }) => {
    const answer = await operatorApp(world.dependencies).request(path, { method, headers, body: body ?? null })
    return { status: answer.status, text: await answer.text() }
  }
  const operators = (...argv: readonly string[]) =>
    runOver(async () => operatorClient(transport, TEST_TOKEN, ids), {}, ['operators', ...argv])
  assert.match(await operators('list'), /no operator .* npx farebox operators invite/s)
  const invited = await operators('invite', 'anna', '--role', 'finance')
  const link = /http:\/\/localhost:8081\/join#token=fbj_[\w-]{43}/.exec(invited)?.[0] ?? assert.fail(invited)
  const listed = await operators('list')
  assert.match(listed, /anna +finance +invited until 20/)
  assert.ok(!listed.includes(link))
  assert.ok(!(await operators('invite', 'anna', '--again')).includes(link))
  assert.equal(await operators('role', 'anna', 'support'), 'anna is support now.')
  await assert.rejects(operators('role', 'anna', 'king'), (thrown) => thrown instanceof FailureError && thrown.failure.field === 'role')
  assert.match(await operators('disable', 'anna'), /^anna is no operator since 20/)
  assert.match(await operators('list'), /anna +support +ended 20/)
  await assert.rejects(operators('invite', 'anna'), (thrown) => thrown instanceof FailureError && thrown.failure.code === 'operator_exists')
})
