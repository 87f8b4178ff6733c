// Guards: large credit by hand needs two operators that the audit log tells apart, codes and tokens are told once and lie nowhere, and only the
// owner makes operators.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { type MoneyStore, openMoneyStore } from '../control/testing.ts'
import { connect, type Database, sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { claimCode, paymentSettingsOf } from '../payments/index.ts'
import { CONCERNS_ALL } from './audit-access.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, type TestCall, testWorld } from './test-world.ts'
import { browse, codeOf, cookieOf } from './testing.ts'

let store: MoneyStore
let database: Database
let app: Hono<ApiEnv>
before(async () => {
  store = await openMoneyStore()
  database = connect({ connection: store.connection, role: 'farebox_app', poolMax: 8 })
  const world = testWorld(database)
  // Sessions end by the clock of the database too.
  world.clock.at = Date.now() + 60_000
  app = operatorApp({
    ...world.dependencies,
    ...{ ledger: store.ledger, subjects: store.subjects, clock: { now: Date.now, monotonic: Date.now } },
    paymentSettings: paymentSettingsOf({ manual: { second_person_above: '100.00' } }),
  })
})
after(async () => {
  await database.end()
  await store.drop()
})

const as = (token: string | undefined, line: string, call: TestCall = {}) =>
  send(app, line, token === undefined ? call : { ...call, headers: { authorization: `Bearer ${token}` } })
const newOperator = async (name: string): Promise<string> => {
  const made = await as(undefined, 'POST /operator/v1/operators', { body: { name } })
  assert.equal(made.status, 201, made.text)
  return made.json.secret
}
const available = async (accountId: string) => (await store.ledger.balanceOf(accountId))?.available

test('credit above the limit waits for another operator, who is named in the audit log; at the limit it does not', async () => {
  const { accountId } = await store.newCustomer(0n)
  const [anna, bert] = [await newOperator('anna'), await newOperator('bert')]
  const credits = `POST /operator/v1/accounts/${accountId}/credits`
  assert.equal((await as(anna, credits, { body: { amount: '100.00', reason: 'within' } })).status, 201)
  const asked = { body: { amount: '100.000000001', reason: 'a large one' }, idempotencyKey: 'large' }
  const waiting = await Promise.all(Array.from({ length: 5 }, () => as(anna, credits, asked)))
  assert.deepEqual([...new Set(waiting.map(({ status }) => status))], [202])
  assert.equal(new Set(waiting.map(({ text }) => text)).size, 1)
  const { id, state, requested_by: by } = waiting[0]?.json ?? {}
  assert.deepEqual([state, by, await available(accountId)], ['waiting', 'operator:anna', 100_000_000_000n])
  const own = await as(anna, `POST /operator/v1/pending-credits/${id}/approve`)
  assert.deepEqual([own.status, own.json.error.code], [403, 'same_person'])
  const approvals = await Promise.all([bert, undefined, bert].map((token) => as(token, `POST /operator/v1/pending-credits/${id}/approve`)))
  assert.deepEqual([...new Set(approvals.map(({ status }) => status))], [200])
  assert.equal(await available(accountId), 200_000_000_001n)
  assert.equal((await as(bert, `POST /operator/v1/pending-credits/${id}/refuse`)).json.error.code, 'pending_decided')
  const shown = (await as(bert, `GET /operator/v1/pending-credits/${id}`)).json
  assert.deepEqual([shown.reason, shown.state, typeof shown.transfer_id], ['a large one', 'approved', 'string'])
  const noted = await database.query<{ actor: string }>(sql`
    select actor from audit_entry where account_id = ${accountId} and action = 'pending-credits.approve.create' order by serial limit 1`)
  assert.equal(noted[0]?.actor, 'operator:anna')
  const stored = await database.query<{ text: string }>(sql`
    select row_to_json(pending_credit)::text as text from pending_credit union all select row_to_json(idempotency)::text from idempotency`)
  assert.ok(!stored.some(({ text }) => text.includes('a large one')), 'a reason is sealed')
})

test('the second person is another one also where somebody comes by a browser and by a token', async () => {
  const { accountId } = await store.newCustomer(0n)
  const tokens = [await newOperator('lea'), await newOperator('max')]
  const [lea, max] = await Promise.all(
    tokens.map(async (token) => cookieOf(await browse(app, 'POST /operator/auth/sign-in', { body: { token } }))),
  )
  const credit = { body: { amount: '500.00', reason: 'by a browser' } }
  const asked = await as(tokens[0], `POST /operator/v1/accounts/${accountId}/credits`, credit)
  assert.deepEqual([asked.status, asked.json.requested_by], [202, 'operator:lea'])
  const approve = `POST /operator/v1/pending-credits/${asked.json.id}/approve`
  assert.equal(codeOf(await browse(app, approve, { cookie: lea })), '403 same_person')
  assert.equal(codeOf(await browse(app, approve, { cookie: max })), '200')
  assert.equal(await available(accountId), 500_000_000_000n)
})

test('codes that are worth more together than one operator may give work once another one approved them', async () => {
  const { accountId } = await store.newCustomer(0n)
  const [nora, otto] = [await newOperator('nora'), await newOperator('otto')]
  const make = (amount: string, count: number) =>
    as(nora, 'POST /operator/v1/redeem-batches', { body: { label: 'codes', amount, count, kind: 'promotion' } })
  const redeem = async (csv: string) => {
    const code = csv.split('\r\n')[1]?.split(',')[0] ?? ''
    try {
      return (await database.transaction((tx) => claimCode(tx, { accountId, code, now: Date.now() }))).amount
    } catch (thrown) {
      return thrown instanceof FailureError ? thrown.failure.code : assert.fail(String(thrown))
    }
  }
  const small = await make('10.00', 10)
  assert.deepEqual([small.status, small.json.requested_by], [201, null])
  assert.equal(await redeem(small.json.csv), 10_000_000_000n)
  for (const [amount, count] of [
    ['100.01', 1],
    ['10.00', 11],
  ] as const) {
    const large = await make(amount, count)
    assert.deepEqual([large.status, large.json.requested_by, large.json.approved_at], [201, 'operator:nora', null])
    assert.equal(await redeem(large.json.csv), 'code_waiting')
    const approve = `POST /operator/v1/redeem-batches/${large.json.id}/approve`
    assert.equal(codeOf(await as(nora, approve)), '403 same_person')
    assert.equal(await redeem(large.json.csv), 'code_waiting')
    const approvals = await Promise.all([otto, undefined, otto].map((token) => as(token, approve)))
    assert.deepEqual(new Set(approvals.map(({ status }) => status)), new Set([200]))
    assert.equal(new Set(approvals.map(({ json }) => json.approved_by)).size, 1)
    assert.equal(typeof (await redeem(large.json.csv)), 'bigint')
  }
  const ended = await make('500.00', 1)
  await as(otto, `POST /operator/v1/redeem-batches/${ended.json.id}/disable`)
  await as(otto, `POST /operator/v1/redeem-batches/${ended.json.id}/approve`)
  assert.equal(await redeem(ended.json.csv), 'code_disabled')
  assert.equal(codeOf(await as(otto, `POST /operator/v1/redeem-batches/${accountId}/approve`)), '404 batch_unknown')
})

test('money that fits nothing is credited above the limit by no one person', async () => {
  const { accountId } = await store.newCustomer(0n)
  const pia = await newOperator('pia')
  const id = randomUUID()
  await database.query(sql`
    insert into payment_problem (id, rail, code, external_key, account_id, amount, created_at)
    values (${id}::uuid, 'btcpay', 'paid_over', ${'p'.repeat(64)}, ${accountId}::uuid, 1000000, now())`)
  const resolve = (amount: string) =>
    as(pia, `POST /operator/v1/payment-problems/${id}/resolution`, {
      body: { resolution: 'credited', account_id: accountId, amount, reason: 'r' },
    })
  assert.equal(codeOf(await resolve('100.01')), '403 second_person_needed')
  assert.equal(await available(accountId), 0n)
  assert.equal((await resolve('100.00')).status, 200)
  assert.equal(await available(accountId), 100_000_000_000n)
  const noted = await database.query<{ action: string }>(sql`select action from audit_entry where account_id = ${accountId}::uuid`)
  assert.ok(noted.some(({ action }) => action === 'payment-problems.resolution.create'))
  assert.match('payment-problems.list', new RegExp(CONCERNS_ALL))
})

test('money that goes back to its payer is credited from the queue by nobody, and is put away', async () => {
  const { accountId } = await store.newCustomer(0n)
  const rosa = await newOperator('rosa')
  const id = randomUUID()
  await database.query(sql`
    insert into payment_problem (id, rail, code, external_key, account_id, amount, created_at)
    values (${id}::uuid, 'stripe', 'refund_given_back', ${'r'.repeat(64)}, ${accountId}::uuid, 1000000, now())`)
  const listed = await as(rosa, 'GET /operator/v1/payment-problems')
  const one = listed.json.data.find((problem: { id: string }) => problem.id === id)
  assert.equal(one.is_creditable, false)
  const resolve = (body: object) => as(rosa, `POST /operator/v1/payment-problems/${id}/resolution`, { body })
  const refused = await resolve({ resolution: 'credited', account_id: accountId, amount: '0.01', reason: 'r' })
  assert.equal(codeOf(refused), '409 problem_not_creditable')
  assert.equal(await available(accountId), 0n)
  assert.equal((await resolve({ resolution: 'dismissed' })).status, 200)
})

test('what a rail calls money that fits nothing is shown when it is resolved, and is remembered nowhere in the clear', async () => {
  const { accountId } = await store.newCustomer(0n)
  const quinn = await newOperator('quinn')
  const [id, wallet] = [randomUUID(), `0x${'5e'.repeat(20)}`]
  const sealed = await store.subjects.seal(accountId, Buffer.from(wallet), `payment-problem:${id}`)
  await database.query(sql`
    insert into payment_problem (id, rail, code, external_key, ref_sealed, account_id, amount, created_at)
    values (${id}::uuid, 'usdc', 'paid_over', ${'q'.repeat(64)}, ${sealed}::bytea, ${accountId}::uuid, 1000000, now())`)
  const resolve = () =>
    as(quinn, `POST /operator/v1/payment-problems/${id}/resolution`, { body: { resolution: 'dismissed' }, idempotencyKey: 'dismissed' })
  const [first, again] = [await resolve(), await resolve()]
  assert.deepEqual([first.status, first.json.ref, first.json.resolution], [200, wallet, 'dismissed'])
  assert.equal(again.text, first.text)
  const stored = await database.query<{ text: string }>(sql`select row_to_json(idempotency)::text as text from idempotency`)
  assert.ok(stored.some(({ text }) => text.includes(id)) && !stored.some(({ text }) => text.includes(wallet)))
})

test('the owner alone makes and revokes operators; a name is given once, a token told once, and a revoked one is nobody', async () => {
  const cora = await newOperator('cora')
  for (const line of ['POST /operator/v1/operators', 'GET /operator/v1/operators', 'DELETE /operator/v1/operators/cora']) {
    const answer = await as(cora, line, line.startsWith('POST') ? { body: { name: 'mine' } } : {})
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'operator_role'], line)
  }
  const listed = await as(undefined, 'GET /operator/v1/operators')
  assert.ok(listed.json.data.some(({ name }: { name: string }) => name === 'cora') && !listed.text.includes(cora))
  assert.equal((await as(undefined, 'POST /operator/v1/operators', { body: { name: 'cora' } })).json.error.code, 'operator_exists')
  const rows = await database.query<{ text: string }>(sql`select row_to_json(operator_token)::text as text from operator_token`)
  assert.ok(!rows.some(({ text }) => text.includes(cora)))
  assert.equal((await as(cora, 'GET /operator/v1/accounts')).status, 200)
  assert.equal((await as(undefined, 'DELETE /operator/v1/operators/cora')).status, 200)
  assert.equal((await as(cora, 'GET /operator/v1/accounts')).status, 401)
  assert.equal((await as(undefined, 'POST /operator/v1/operators', { body: { name: 'cora' } })).json.error.code, 'operator_exists')
  for (const name of ['', 'Cora', 'a b', 'x'.repeat(41)])
    assert.equal((await as(undefined, 'POST /operator/v1/operators', { body: { name } })).json.error.code, 'invalid_field')
})

test('a batch of ten thousand codes is told once, as a list, and is the same for a repeated POST', async () => {
  const body = { label: 'fair', amount: '5.00', count: 10_000, kind: 'promotion' }
  const [made, again] = [1, 2].map(() => as(undefined, 'POST /operator/v1/redeem-batches', { body, idempotencyKey: 'batch' }))
  const { csv, id, ...batch } = (await made)?.json ?? {}
  const lines = csv.split('\r\n')
  assert.deepEqual([lines.length, lines[0], lines.at(-1)], [10_002, 'code,amount_usd,expires_at', ''])
  assert.match(lines[1], /^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5},5\.00,$/)
  assert.equal((await again)?.json.csv, csv)
  assert.deepEqual([batch.count, batch.redeemed, batch.label], [10_000, 0, 'fair'])
  const listed = await as(undefined, 'GET /operator/v1/redeem-batches')
  assert.ok(!listed.text.includes('csv') && listed.json.data.some((one: { id: string }) => one.id === id))
  const ended = await as(undefined, `POST /operator/v1/redeem-batches/${id}/disable`)
  assert.equal(typeof ended.json.disabled_at, 'string')
  for (const change of [{ count: 0 }, { count: 10_001 }, { amount: '0' }, { label: '' }, { expires_at: '2020-01-01T00:00:00Z' }])
    assert.equal(
      (await as(undefined, 'POST /operator/v1/redeem-batches', { body: { ...body, ...change } })).status,
      400,
      JSON.stringify(change),
    )
})

test('a suspension has a reason and an end; a management key is made for an account and ended', async () => {
  const { accountId } = await store.newCustomer(0n)
  const path = `/operator/v1/accounts/${accountId}/suspension`
  const made = await as(undefined, `POST ${path}`, { body: { reason: 'abuse', note: 'See the terms.' } })
  assert.deepEqual([made.status, made.json.reason, made.json.note], [201, 'abuse', 'See the terms.'])
  assert.equal((await as(undefined, `GET /operator/v1/accounts/${accountId}`)).json.status, 'suspended')
  assert.equal((await as(undefined, `DELETE ${path}`)).status, 204)
  assert.equal((await as(undefined, `GET /operator/v1/accounts/${accountId}`)).json.status, 'active')
  assert.equal((await as(undefined, `POST ${path}`, { body: { reason: 'dislike' } })).json.error.field, 'reason')
  const keys = `/operator/v1/accounts/${accountId}/management-keys`
  const key = await as(undefined, `POST ${keys}`, { body: { name: 'theirs' } })
  assert.match(key.json.secret, /^mk_/)
  const listed = await as(undefined, `GET ${keys}`)
  assert.ok(!listed.text.includes(key.json.secret))
  assert.equal((await as(undefined, `DELETE ${keys}/${key.json.id}`)).status, 204)
  assert.equal(typeof (await as(undefined, `GET ${keys}`)).json.data[0].revoked_at, 'string')
})
