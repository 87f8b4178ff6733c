// Guards: nobody without the operator token comes in, and nothing that is malformed reaches the database or is answered out of shape.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operatorApp } from './operator-app.ts'
import { auditingDatabase, send, type TestCall, testWorld } from './test-world.ts'

const world = testWorld(auditingDatabase)
const app = operatorApp(world.dependencies)
const account = '/operator/v1/accounts/01890000-0000-7000-8000-000000000000'

test('without the right token, every operator path is 401, also one that is not there', async () => {
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Basic dGVzdA==',
    `Bearer ${'x'.repeat(5000)}`,
    'bearer test-operator-token-012345678',
  ]
  for (const authorization of wrong) {
    for (const line of [
      'GET /operator/v1/accounts',
      'POST /operator/v1/accounts',
      'GET /operator/v1/nothing',
      'GET /operator',
      'DELETE /operator/v1/x',
    ]) {
      const answer = await send(app, line, { headers: { authorization } })
      assert.equal(answer.status, 401, `${line} with "${authorization.slice(0, 30)}"`)
      assert.equal(answer.json.error.code, 'operator_token_invalid')
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    }
  }
})

test('health and metrics need no token; readiness follows the dependency', async () => {
  const anonymous = { headers: { authorization: '' } }
  assert.equal((await send(app, 'GET /healthz', anonymous)).status, 200)
  assert.equal((await send(app, 'GET /readyz', anonymous)).status, 200)
  assert.equal((await send(app, 'GET /metrics', anonymous)).text, 'farebox_up 1\n')
  const unready = operatorApp({ ...world.dependencies, isReady: async () => false })
  const answer = await send(unready, 'GET /readyz', anonymous)
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1'])
})

test('every answer carries a request id of ours and is not stored', async () => {
  for (const line of ['GET /healthz', 'GET /nothing', 'PUT /healthz', 'GET /operator/v1/accounts?key=1']) {
    const { headers } = await send(app, line, { headers: { 'x-request-id': 'chosen by the caller' } })
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    assert.equal(headers.get('cache-control'), 'no-store')
  }
})

test('unknown paths are 404, wrong methods 405 with Allow', async () => {
  const cases: readonly (readonly [string, number, string | null])[] = [
    ['GET /nothing', 404, null],
    ['GET //operator/v1/accounts', 404, null],
    ['GET /operator/v1/nothing', 404, null],
    ['POST /healthz', 405, 'GET, HEAD'],
    ['PUT /operator/v1/accounts', 405, 'GET, HEAD, POST'],
    [`DELETE ${account}`, 405, 'GET, HEAD, PATCH'],
    [`GET ${account}/credits`, 405, 'POST'],
    ['PATCH /operator/v1/models/sandbox/echo', 405, 'DELETE, GET, HEAD, PUT'],
    ['GET /operator/v1/keys/x', 405, 'DELETE, PATCH'],
    ['OPTIONS /operator/v1/ledger/verify', 405, 'GET, HEAD'],
  ]
  for (const [line, status, allow] of cases) {
    const answer = await send(app, line)
    assert.deepEqual([answer.status, answer.headers.get('allow')], [status, allow], line)
  }
})

test('the letter zero, which the database keeps in no text, is refused in addresses', async () => {
  for (const line of ['DELETE /operator/v1/plans/a%00', 'GET /operator/v1/accounts?find=a%00b', 'GET /operator/v1/nothing%00']) {
    const { status, json } = await send(app, line)
    assert.deepEqual([status, json.error.code, json.error.field], [400, 'invalid_field', 'address'], line)
  }
})

test('a key in the address is refused on every route and never told back', async () => {
  for (const path of [
    '/healthz?key=abc',
    '/nothing?api_key=abc',
    '/operator/v1/accounts?limit=5&key=',
    '/metrics?x=fbx_abc',
    '/operator/v1/keys/fbx_abc',
  ]) {
    const answer = await send(app, `GET ${path}`)
    assert.deepEqual([answer.status, answer.json.error.code], [400, 'key_in_url'], path)
    assert.ok(!answer.text.includes('abc'))
  }
})

const json = { 'content-type': 'application/json' }
const text = (body: string, headers: Readonly<Record<string, string>> = json): TestCall => ({ body, headers })
const secret = 'sk-do-not-repeat-me'
const email = { email: 'a@example.com' }

test('bad input is refused by field, before any look-up, and its values are not told back', async () => {
  const accounts = 'POST /operator/v1/accounts'
  const [credits, keys, patch] = [`POST ${account}/credits`, `POST ${account}/keys`, `PATCH ${account}`]
  const credit = (amount: unknown) => ({ body: { amount, reason: 'r' } })
  const cases: readonly (readonly [string, TestCall, number, string, string?])[] = [
    [accounts, text('{"email"'), 400, 'invalid_json'],
    [accounts, text('\ufeff{"email":"a@example.com"}'), 400, 'invalid_json'],
    [accounts, text(`${'['.repeat(200_000)}`), 400, 'json_too_deep'],
    [accounts, text(`[${Array.from({ length: 50_000 }, () => '{}').join()}]`), 400, 'json_too_many_keys'],
    [accounts, text('[]'), 400, 'invalid_field', 'body'],
    [accounts, text('null'), 400, 'invalid_field', 'body'],
    [accounts, text('{}', { 'content-type': 'text/plain' }), 415, 'body_not_json'],
    [accounts, text('{}', { 'content-type': 'application/jsonp' }), 415, 'body_not_json'],
    [accounts, text('{}', { ...json, 'content-encoding': 'gzip' }), 415, 'body_encoded'],
    [accounts, text(JSON.stringify({ email: 'x'.repeat(1_048_577) })), 413, 'body_too_large'],
    [accounts, {}, 400, 'missing_field', 'email'],
    [accounts, { body: {} }, 400, 'missing_field', 'email'],
    [accounts, { body: { email: null } }, 400, 'invalid_field', 'email'],
    [accounts, { body: { email: [secret] } }, 400, 'invalid_field', 'email'],
    [accounts, { body: { ...email, admin: secret } }, 400, 'unknown_field', 'admin'],
    [accounts, { body: { ...email, [`<script>${secret}`]: 1 } }, 400, 'unknown_field', '(unnamed)'],
    [accounts, text('{"email":"a@example.com","__proto__":{"x":1}}'), 400, 'unknown_field', '__proto__'],
    [accounts, { body: email, idempotencyKey: 'with space' }, 400, 'invalid_field', 'idempotency-key'],
    [accounts, { body: email, idempotencyKey: 'x'.repeat(256) }, 400, 'invalid_field', 'idempotency-key'],
    [credits, { body: { reason: 'r' } }, 400, 'missing_field', 'amount'],
    [credits, { body: { amount: '1.00' } }, 400, 'missing_field', 'reason'],
    ...[10, '0', '0.00', '-1', '+1', '1e3', '1.0000000001', ' 1', '1,00', '', '1000000.000000001', 'NaN', secret, true, null, ['1']].map(
      (amount) => [credits, credit(amount), 400, 'amount_invalid', 'amount'] as const,
    ),
    ...['', '  ', 'a\nb', 'x'.repeat(201), '\ud800', 'a\0b', 5].map(
      (reason) => [credits, { body: { amount: '1', reason } }, 400, 'invalid_field', 'reason'] as const,
    ),
    [credits, { body: { amount: '1', reason: 'r', kind: 'refund' } }, 400, 'invalid_field', 'kind'],
    [keys, { body: {} }, 400, 'missing_field', 'name'],
    ...['', 'x'.repeat(101), 'a\r\nb', 7, null].map((name) => [keys, { body: { name } }, 400, 'invalid_field', 'name'] as const),
    ...[0, -1, 1.5, '5', 1e10, null].map(
      (value) =>
        [keys, { body: { name: 'n', limits: { tokens_per_minute: value } } }, 400, 'invalid_field', 'limits.tokens_per_minute'] as const,
    ),
    [keys, { body: { name: 'n', limits: { per_day: 1 } } }, 400, 'unknown_field', 'limits.per_day'],
    [keys, { body: { name: 'n', models: [] } }, 400, 'invalid_field', 'models'],
    [keys, { body: { name: 'n', models: 'all' } }, 400, 'invalid_field', 'models'],
    [keys, { body: { name: 'n', models: [1] } }, 400, 'invalid_field', 'models.0'],
    ...['tomorrow', '2027-01-31', 1_800_000_000, '2027-13-01T00:00:00Z', '2027-01-01T00:00:00'].map(
      (time) => [keys, { body: { name: 'n', expires_at: time } }, 400, 'invalid_field', 'expires_at'] as const,
    ),
    [keys, { body: { name: 'n', secret } }, 400, 'unknown_field', 'secret'],
    [patch, { body: {} }, 400, 'invalid_field', 'status'],
    [patch, { body: { status: 'deleted' } }, 400, 'invalid_field', 'status'],
    [patch, { body: { limits: { concurrent_calls: 0 } } }, 400, 'invalid_field', 'limits.concurrent_calls'],
    [patch, { body: { email: 'b@example.com' } }, 400, 'unknown_field', 'email'],
    ...['0', '201', '1e1', '', '-1', 'x'].map(
      (limit) => [`GET /operator/v1/accounts?limit=${limit}`, {}, 400, 'invalid_field', 'limit'] as const,
    ),
    ['GET /operator/v1/accounts?limit=1&limit=2', {}, 400, 'invalid_field', 'limit'],
    ['GET /operator/v1/accounts?cursor=zzz', {}, 400, 'invalid_field', 'cursor'],
    ['GET /operator/v1/accounts?page=2', {}, 400, 'unknown_field', 'page'],
    ['GET /operator/v1/accounts/nobody', {}, 404, 'account_unknown'],
    ["GET /operator/v1/accounts/';drop", {}, 404, 'account_unknown'],
    ['DELETE /operator/v1/keys/nothing', {}, 404, 'key_unknown'],
  ]
  for (const [line, call, status, code, field] of cases) {
    const answer = await send(app, line, call)
    const told = `${line} ${JSON.stringify(call).slice(0, 120)} → ${answer.text}`
    assert.deepEqual([answer.status, answer.json?.error?.code, answer.json?.error?.field], [status, code, field], told)
    assert.deepEqual(Object.keys(answer.json), ['error'])
    assert.ok(!answer.text.includes(secret), told)
  }
  assert.deepEqual(world.logged, [])
})

test('what breaks inside is told without its cause, and logged by code alone', async () => {
  const answer = await send(app, 'GET /operator/v1/accounts')
  assert.deepEqual([answer.status, answer.json.error.code], [500, 'internal'])
  assert.ok(!/database|asked|\.ts/.test(answer.text))
  const [entry] = world.logged.splice(0)
  assert.deepEqual({ ...entry, request: '' }, { event: 'api-failed', request: '', code: 'internal', cause: 'Error' })
})

test('the description lists every route of the interface, with its schemas', async () => {
  const { status, json: document } = await send(app, 'GET /operator/v1/openapi.json')
  assert.equal(status, 200)
  const described = Object.entries(document.paths as Record<string, object>).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  )
  const routed = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/operator/') && !path.endsWith('openapi.json'))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)(?:\{\.\+\})?/g, '{$1}')}`)
  assert.deepEqual(described.sort(), [...new Set(routed)].sort())
  assert.equal(
    document.paths['/operator/v1/accounts'].post.responses['201'].content['application/json'].schema.$ref,
    '#/components/schemas/Account',
  )
})
