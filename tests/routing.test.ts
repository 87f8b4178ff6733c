// Calls go only where key and headers let them, keys of a pool stand in for each other, and how upstreams do is shown to the operator.
import assert from 'node:assert/strict'
import http from 'node:http'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, errorCodeOf, isFullAnswer } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimUpstream, startSimUpstream } from '../sim/index.ts'

let world: World
let guarded: SimUpstream
let customer: Customer

const PRICE = { input: '3.00', output: '15.00' }
const PROVEN = { evidence: 'https://upstream.test/privacy', checked: new Date().toISOString().slice(0, 10) }
const limits = { context: 100_000, output_max: 4096, price: PRICE }

before(async () => {
  guarded = await startSimUpstream({ apiKey: 'sk-good-of-the-pool' })
  world = await startWorld({ gateways: 2 })
  customer = await world.operator.customer('100.00')
  await putUpstream('german', { privacy: { country: 'DE', retention: 'none', training: 'no', ...PROVEN } })
  await putUpstream('mine', { placement: 'local', privacy: { country: 'FR' } })
  await putUpstream('pooled', {
    base_url: `${guarded.url}/v1`,
    api_key: 'sk-wrong-of-the-pool',
    api_keys: ['sk-good-of-the-pool', 'sk-other-of-the-pool'],
  })
  const routes = ['oai', 'german', 'mine'].map((upstream, index) => ({ upstream, model: 'sim-model', priority: index + 1 }))
  await world.operator.ask('PUT', '/models/m-three', { ...limits, routes })
  await world.operator.ask('PUT', '/models/m-pooled', { ...limits, routes: [{ upstream: 'pooled', model: 'sim-model' }] })
  await world.operator.ask('PUT', '/models/m-shared', {
    ...{ ...limits, strategy: 'weighted' },
    routes: [
      { upstream: 'german', model: 'sim-model', weight: 1 },
      { upstream: 'mine', model: 'sim-model', weight: 3 },
    ],
  })
  await until(
    () => ask({ model: 'm-shared' }),
    ({ status }) => status === 200,
    5000,
  )
})
after(async () => {
  try {
    assert.equal((await world.operator.verify()).ok, true)
  } finally {
    await guarded.close()
    await world.stop()
  }
})

const putUpstream = (id: string, more: object): Promise<unknown> =>
  world.operator.ask('PUT', `/upstreams/${id}`, {
    ...{ kind: 'openai', base_url: `http://127.0.0.1:${world.sim.port}/v1`, api_key: `sk-key-of-${id}`, ...more },
  })

type Asking = { readonly model: string; readonly headers?: Record<string, string>; readonly key?: string; readonly fields?: object }
const ask = ({ key = customer.key, fields = {}, ...more }: Asking): Promise<Answer> =>
  call({ base: world.base, key, protocol: 'openai', fields: { ...fields }, ...more })
const routeOf = (answer: Answer): string => /upstream=([\w-]+)/.exec(String(answer.headers['x-farebox-route']))?.[1] ?? `${answer.status}`

const HEADERS: readonly (readonly [headers: Record<string, string>, expected: string])[] = [
  [{}, 'oai'],
  [{ 'x-farebox-upstreams': 'mine, german' }, 'mine'],
  [{ 'x-farebox-deny-upstreams': 'oai' }, 'german'],
  [{ 'x-farebox-countries': 'FR, IT' }, 'mine'],
  [{ 'x-farebox-local-only': '1' }, 'mine'],
  [{ 'x-farebox-zdr-only': '1' }, 'german'],
  [{ 'x-farebox-zdr-only': '1', 'x-farebox-local-only': '1' }, '403'],
]

for (const [headers, expected] of HEADERS) {
  test(`a call with ${JSON.stringify(headers)} goes to ${expected}`, async () => {
    const answer = await ask({ model: 'm-three', headers })
    assert.equal(routeOf(answer), expected, answer.body.toString())
    if (expected === '403') assert.match(answer.body.toString(), /route_not_allowed/)
  })
}

test('a rule that is not understood is 400, and names its header', async () => {
  const answer = await ask({ model: 'm-three', headers: { 'x-farebox-local-only': 'yes' } })
  assert.equal(answer.status, 400)
  assert.match(answer.body.toString(), /x-farebox-local-only/)
})

test('a key keeps to its routing, over both gateways, and a label that changes counts at once', async () => {
  const path = `/accounts/${customer.id}/keys`
  const minted = (await world.operator.ask('POST', path, { name: 'zdr', routing: { zdr_only: true, deny: ['mine'] } })) as {
    readonly secret: string
    readonly routing: object
  }
  assert.deepEqual(minted.routing, { allow: null, deny: ['mine'], countries: null, local_only: false, zdr_only: true })
  const calls = (): Promise<readonly string[]> =>
    Promise.all(Array.from({ length: 20 }, async () => routeOf(await ask({ model: 'm-three', key: minted.secret }))))
  assert.deepEqual([...new Set(await calls())], ['german'])
  const refused = await ask({ model: 'm-three', key: minted.secret, headers: { 'x-farebox-upstreams': 'oai' } })
  assert.equal(errorCodeOf(refused), 'route_not_allowed')
  await putUpstream('german', { privacy: { country: 'DE' } })
  await until(calls, (routes) => routes.every((route) => route === '403'), 5000)
  for (let round = 0; round < 3; round += 1) assert.deepEqual([...new Set(await calls())], ['403'])
  await putUpstream('german', { privacy: { country: 'DE', retention: 'none', training: 'no', ...PROVEN } })
})

test('rules of a key name upstreams that are there', async () => {
  const asked = world.operator.ask('POST', `/accounts/${customer.id}/keys`, { name: 'x', routing: { allow: ['nowhere'] } })
  await assert.rejects(asked, /invalid_field.*routing/)
  const wrong = world.operator.ask('POST', `/accounts/${customer.id}/keys`, { name: 'x', routing: { countries: ['Germany'] } })
  await assert.rejects(wrong, /invalid_field/)
})

test('keys of a pool stand in for each other, and wrong ones are soon left alone', async () => {
  for (let round = 0; round < 40; round += 1) assert.ok(isFullAnswer(await ask({ model: 'm-pooled' }), 'openai'))
  const wrong = guarded.calls.filter(({ headersSeen }) => headersSeen['authorization'] !== 'Bearer sk-good-of-the-pool')
  assert.ok(wrong.length > 0 && wrong.length <= 12, `${wrong.length} calls with wrong keys`)
})

test('a login of a person is refused in a pool as well', async () => {
  await assert.rejects(putUpstream('pooled', { api_keys: ['sk-ant-oat01-somebody-elses'] }), /invalid_field/)
})

test('weights are shares of calls', async () => {
  const routes = await Promise.all(Array.from({ length: 200 }, async () => routeOf(await ask({ model: 'm-shared' }))))
  const share = routes.filter((route) => route === 'mine').length / routes.length
  assert.ok(share > 0.6 && share < 0.9, `${share}`)
})

test('that the house has no money there is 502, never the customer’s 402 or 429', async () => {
  for (const fault of ['quota-429', 'balance-402'] as const) {
    world.sim.script({ fault })
    const answer = await ask({ model: 'm-openai' })
    assert.equal(`${answer.status} ${errorCodeOf(answer)}`, '502 upstream_failed')
    assert.doesNotMatch(answer.body.toString(), /quota|billing|balance/i)
  }
  world.sim.script({})
})

type Shown = {
  readonly state: string
  readonly routes: readonly { readonly model: string; readonly attempts: number }[]
  readonly keys: readonly Key[]
}
type Key = { readonly key: number; readonly state: string; readonly last_trouble: string }

test('how upstreams do is shown to the operator, and told as metrics', async () => {
  const read = async () => ((await world.operator.ask('GET', '/upstreams/pooled')) as { readonly health: Shown }).health
  // Each gateway tells of its own attempts, now and then.
  const attempts = ({ routes }: Shown): number => routes.find(({ model }) => model === 'm-pooled')?.attempts ?? 0
  const isWhole = (shown: Shown): boolean => attempts(shown) >= 40 && shown.keys.some(({ last_trouble }) => last_trouble === 'credential')
  const health = await until(read, isWhole, 5000)
  assert.ok(attempts(health) >= 40)
  assert.deepEqual(
    health.keys.map(({ key, last_trouble }) => [key, last_trouble]),
    [
      [0, 'credential'],
      [1, 'none'],
      [2, 'credential'],
    ],
  )
  const metrics = await (await fetch(`${world.operatorBase}/metrics`)).text()
  assert.match(metrics, /^farebox_upstream_attempts\{upstream="pooled"\} [4-9]\d$/m)
  assert.doesNotMatch(JSON.stringify(await world.operator.ask('GET', '/upstreams')), /sk-good|sk-wrong/)
})

test('an address inside a request is passed on and never called', async () => {
  let contacts = 0
  const canary = http.createServer((_, response) => {
    contacts += 1
    response.end()
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  const address = canary.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/picture.png`
  const content = [
    { type: 'text', text: 'see' },
    { type: 'image_url', image_url: { url } },
    { type: 'file', file: { file_data: url } },
  ]
  await ask({ model: 'm-openai', fields: { messages: [{ role: 'user', content }], webhook: url, base_url: url } })
  await sleep(300)
  canary.close()
  assert.equal(contacts, 0)
})
