// Guarantee: by its key a customer asks support and sees its own requests alone; the operator's answer is given once whoever repeats it; no
// word of either is in an answer that is stored, and every look of the operator is noted for the customer.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { createKey } from '../keys/index.ts'
import { supportPage, supportShown, supportWordsShown } from './contract/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { customerApp, operatorApp } from './index.ts'
import { send, TEST_TIME, type TestAnswer, type TestWorld, testWorld } from './test-world.ts'

let kit: TestDatabase
let world: TestWorld
let customer: Hono<ApiEnv>
let operator: Hono<ApiEnv>
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  customer = customerApp(world.dependencies)
  operator = operatorApp(world.dependencies)
})
after(() => kit.drop())

async function person(): Promise<{ readonly id: string; readonly key: string }> {
  const { ids, subjects, randomBytes } = world.dependencies
  const id = ids.uuid()
  await createAccount(kit.appDatabase, subjects, { id, email: `${id}@example.com`, now: TEST_TIME })
  const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
  const made = {
    id: ids.uuid(),
    accountId: id,
    name: 'k',
    limits,
    models: undefined,
    expiresAt: undefined,
    random: randomBytes(32),
    now: TEST_TIME,
  }
  return { id, key: (await createKey(kit.appDatabase, subjects, made)).secret }
}

const by = (key: string, body?: unknown) => ({ headers: { authorization: `Bearer ${key}` }, ...(body === undefined ? {} : { body }) })
const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code}`
const PATH = '/api/support/requests'

test('asked with a key, answered by the operator once, seen by its customer and the audit log', async () => {
  const [mine, other] = [await person(), await person()]
  const asked = await send(customer, `POST ${PATH}`, by(mine.key, { text: ' Two lines,\nof question. ' }))
  assert.equal(asked.status, 201)
  const { id } = supportShown.strict().parse(asked.json)
  const listed = supportPage.parse((await send(operator, 'GET /operator/v1/support/requests?state=open')).json)
  assert.deepEqual(
    listed.data.map((one) => one.id),
    [id],
  )
  const read = supportWordsShown.strict().parse((await send(operator, `GET /operator/v1/support/requests/${id}`)).json)
  assert.deepEqual([read.question, read.answer], ['Two lines,\nof question.', null])
  const answer = () =>
    send(operator, `POST /operator/v1/support/requests/${id}/answer`, { body: { text: 'An answer.' }, idempotencyKey: 'once' })
  const [first, second] = [await answer(), await answer()]
  assert.deepEqual([first.status, second.text], [200, first.text])
  assert.ok(!first.text.includes('An answer.'))
  const again = await send(operator, `POST /operator/v1/support/requests/${id}/answer`, { body: { text: 'Another.' } })
  assert.equal(codeOf(again), '409 request_ended')
  const own = (await send(customer, `GET ${PATH}`, by(mine.key))).json.data
  assert.deepEqual([own.length, own[0].state, own[0].answer], [1, 'answered', 'An answer.'])
  assert.deepEqual((await send(customer, `GET ${PATH}`, by(other.key))).json, { data: [] })
  const [kept] = await kit.ownerDatabase.query<{ text: string }>(sql`select string_agg(response::text, '') as text from idempotency`)
  assert.ok(kept?.text.includes(id) && !kept.text.includes('An answer.'))
  const noted = await kit.ownerDatabase.query<{ action: string }>(
    sql`select action from audit_entry where account_id = ${mine.id}::uuid order by serial`,
  )
  assert.deepEqual(
    noted.map(({ action }) => action),
    ['support.requests.read', 'support.requests.answer.create', 'support.requests.answer.create', 'support.requests.answer.create'],
  )
})

test('each side closes; nobody closes what is somebody else’s', async () => {
  const [mine, other] = [await person(), await person()]
  const ask = async () => (await send(customer, `POST ${PATH}`, by(mine.key, { text: 'x' }))).json.id
  const [first, second] = [await ask(), await ask()]
  assert.equal(codeOf(await send(customer, `DELETE ${PATH}/${first}`, by(other.key))), '404 request_unknown')
  assert.equal((await send(customer, `DELETE ${PATH}/${first}`, by(mine.key))).json.state, 'closed')
  assert.equal((await send(operator, `PATCH /operator/v1/support/requests/${second}`, { body: { state: 'closed' } })).json.state, 'closed')
  assert.equal(
    codeOf(await send(operator, `PATCH /operator/v1/support/requests/${second}`, { body: { state: 'closed' } })),
    '409 request_ended',
  )
})

test('what is no question is refused by name, and nothing of it is repeated', async () => {
  const { key } = await person()
  const refused = async (body: unknown, token = key) => codeOf(await send(customer, `POST ${PATH}`, by(token, body)))
  assert.equal(await refused({ text: 'x' }, 'fbx_nobody'), '401 key_invalid')
  assert.equal(await refused({}), '400 missing_field')
  assert.equal(await refused({ text: ' \n ' }), '400 invalid_field')
  assert.equal(await refused({ text: 'x'.repeat(4001) }), '400 invalid_field')
  assert.equal(await refused({ text: 'a\u0000b' }), '400 invalid_field')
  assert.equal(await refused({ text: 'my card is 4111 1111 1111 1111' }), '400 invalid_field')
  assert.equal(await refused({ text: 'x', subject: 'y' }), '400 unknown_field')
  assert.equal(await refused('{'), '400 invalid_json')
  assert.equal((await send(customer, `POST ${PATH}`, by(key, { text: '漢'.repeat(4000) }))).status, 201)
  const told = await send(customer, `POST ${PATH}`, by(key, { text: 'secret-4111111111111111' }))
  assert.ok(!told.text.includes('secret'))
})
