// Guarantee: over the whole server, no documented path but the public ones answers without a key, each in the shape of its own interface; a
// management key makes a key that calls, stops it and lets it go on, at once; a code becomes balance; a suspended caller reads why.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { dayWithRoom } from '../checks/whole-minute.ts'
import { startWorld, type World } from '../checks/world.ts'
import { PROTOCOL_PATHS } from '../src/protocols/index.ts'

let world: World
let manages: string
let accountId: string
before(async () => {
  world = await startWorld()
  accountId = (await world.operator.customer('5.00')).id
  const made = (await world.operator.ask('POST', `/accounts/${accountId}/management-keys`, { name: 'm' })) as { secret: string }
  manages = made.secret
})
after(() => world.stop())

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are looked into, and a wrong path fails the assertion
type Json = any
async function ask(line: string, key: string | undefined, body?: object): Promise<{ status: number; json: Json; headers: Headers }> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const answer = await fetch(world.base + path, {
    method,
    headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, json: text.startsWith('{') ? JSON.parse(text) : text }
}
const manage = async (line: string, body?: object): Promise<Json> => {
  const { status, json } = await ask(line, manages, body)
  assert.ok(status < 300, `${line}: ${status} ${JSON.stringify(json)}`)
  return json.data
}
const call = (key: string) =>
  ask('POST /v1/chat/completions', key, { model: 'm-openai', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] })
/** A change is told to gateways; it holds within a second. */
async function soon(key: string, status: number): Promise<Json> {
  for (let tries = 0; ; tries += 1) {
    const answer = await call(key)
    if (answer.status === status) return answer.json
    assert.ok(tries < 50, `still ${answer.status} ${JSON.stringify(answer.json)}`)
    await delay(20)
  }
}

test('every documented path is 401 without a key, in the shape of its interface, but the public ones', async () => {
  const page = (await ask('GET /api/openapi.json', undefined)).json
  const managed = Object.entries(page.paths as Record<string, Record<string, { security?: readonly unknown[] }>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { security }]) => ({
      line: `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, 'x')}`,
      isOpen: security?.length === 0,
    })),
  )
  assert.ok(managed.length > 30)
  for (const { line, isOpen } of managed) {
    const { status, json } = await ask(line, undefined, line.startsWith('GET') ? undefined : {})
    if (isOpen) assert.notEqual(status, 401, line)
    else assert.deepEqual([status, json.success, json.error?.code], [401, false, 'key_missing'], line)
  }
  const told = await Promise.all(
    [...PROTOCOL_PATHS].map(async ([path, { id }]) => ({ path, id, ...(await ask(`POST ${path}`, undefined, {})) })),
  )
  for (const { path, id, status, json } of told) {
    assert.equal(status, 401, path)
    if (id.startsWith('anthropic')) assert.deepEqual([json.type, json.error.type], ['error', 'authentication_error'], path)
    else assert.deepEqual([json.error.code, json.error.type], ['key_missing', 'authentication_error'], path)
    assert.match(json.error.message, / \/docs, \/llms\.txt\.$/, path)
  }
  for (const path of ['/v1/usage', '/v1/balance', '/v1/models']) assert.equal((await ask(`GET ${path}`, undefined)).status, 401, path)
  for (const path of ['/llms.txt', '/.well-known/agent.json', '/api/plans', '/api/pools', '/v1/prices'])
    assert.equal((await ask(`GET ${path}`, undefined)).status, 200, path)
})

test('a management key calls no model, and is told which key does', async () => {
  for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/responses']) {
    const { status, json } = await ask(`POST ${path}`, manages, { model: 'm-openai' })
    assert.equal(status, 403, path)
    assert.match(json.error.message, /fbx_/)
  }
})

test('a key is made, called with, made to rest and to work again, and its account suspended with a reason', async () => {
  await dayWithRoom(30_000)
  const { id, apiKey } = await manage('POST /api/keys/credit', { name: 'mine' })
  assert.equal((await call(apiKey)).status, 200)
  await manage(`PATCH /api/keys/${id}`, { isActive: false })
  assert.equal((await soon(apiKey, 403)).error.code, 'key_paused')
  await manage(`PATCH /api/keys/${id}`, { isActive: true })
  await soon(apiKey, 200)
  await world.operator.ask('POST', `/keys/${id}/pause`, { reason: 'security' })
  assert.equal((await soon(apiKey, 403)).error.code, 'key_stopped')
  await world.operator.ask('POST', `/keys/${id}/resume`, {})
  await soon(apiKey, 200)
  await world.operator.ask('POST', `/accounts/${accountId}/suspension`, {
    reason: 'security',
    note: 'One of your keys was seen in public.',
  })
  assert.match((await soon(apiKey, 403)).error.message, /its keys may be in the hands of others/)
  assert.equal((await manage('GET /api/account')).suspension.note, 'One of your keys was seen in public.')
  await world.operator.ask('DELETE', `/accounts/${accountId}/suspension`)
  await soon(apiKey, 200)
  const used = (await manage('GET /api/usage')).keys.find((one: { keyId: string }) => one.keyId === id)
  // Three, and those that were still let in before gateways had heard.
  assert.ok(used.today.requests >= 3, `${used.today.requests} requests`)
})

test('a code of the operator becomes balance, once', async () => {
  const { csv } = (await world.operator.ask('POST', '/redeem-batches', { label: 'b', amount: '2.50', count: 1 })) as { csv: string }
  const code = csv.split('\r\n')[1]?.split(',')[0] ?? ''
  const before = (await manage('GET /api/billing/credits')).totalTopUp
  const redeemed = await manage('POST /api/billing/redeem', { code })
  assert.deepEqual([redeemed.credited, before], ['2.50', '5.00'])
  assert.equal((await ask('POST /api/billing/redeem', manages, { code })).json.error.code, 'code_used')
  assert.equal((await manage('GET /api/billing/credits')).totalTopUp, '7.50')
  assert.equal((await world.operator.verify()).ok, true)
})
