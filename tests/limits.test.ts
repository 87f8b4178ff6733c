// Limits of a key hold exactly, over two gateway processes, and are told in headers; a revoked key stops at all of them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, errorCodeOf, type Spoken } from '../checks/calls.ts'
import type { Customer } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { minuteWithRoom } from '../checks/whole-minute.ts'
import { startWorld, type World } from '../checks/world.ts'

let world: World

before(async () => {
  world = await startWorld({
    gateways: 2,
    models: [{ id: 'm-slow', upstream: 'oai', upstreamModel: 'sim-model!first-byte-ms=600,tokens=5' }],
  })
})
after(() => world.stop())

const limitedTo = (limits: Readonly<Record<string, number>>): Promise<Customer> => world.operator.customer('10.00', { limits })
const many = (count: number, key: string, more: { readonly model?: string; readonly protocol?: Spoken } = {}): Promise<readonly Answer[]> =>
  Promise.all(Array.from({ length: count }, () => call({ base: world.base, key, protocol: 'openai', outputMax: 16, ...more })))
const withStatus = (answers: readonly Answer[], status: number): readonly Answer[] => answers.filter((answer) => answer.status === status)

/** How long a test waits for what has to come; none asserts that it comes sooner. */
const WAIT_MS_MAX = 15_000

describe('requests per minute', () => {
  test('of 60 at once over two gateways exactly as many get in as the limit says, and the rest are told when to come back', async () => {
    const { key, id } = await limitedTo({ requests_per_minute: 17 })
    await minuteWithRoom()
    const before = world.sim.calls.length
    const answers = await many(60, key)
    assert.equal(withStatus(answers, 200).length, 17)
    const refused = withStatus(answers, 429)
    assert.equal(refused.length, 43)
    assert.equal(world.sim.calls.length - before, 17)
    for (const answer of refused) {
      assert.equal(errorCodeOf(answer), 'requests_limited')
      const seconds = Number(answer.headers['retry-after'])
      assert.ok(seconds >= 1 && seconds <= 60, `retry-after ${seconds}`)
      assert.equal(answer.headers['x-ratelimit-limit-requests'], '17')
      assert.equal(answer.headers['x-ratelimit-remaining-requests'], '0')
    }
    const rows = await until(
      () => world.operator.usage(id),
      ({ length }) => length >= 17,
      WAIT_MS_MAX,
    )
    assert.equal(rows.length, 17, 'nothing is charged for a refused call')
  })

  test('both protocols spell their headers themselves and count down', async () => {
    const { key } = await limitedTo({ requests_per_minute: 10, tokens_per_minute: 1_000_000 })
    await minuteWithRoom()
    const [first] = await many(1, key)
    assert.equal(first?.headers['x-ratelimit-remaining-requests'], '9')
    assert.ok(Number(first?.headers['x-ratelimit-remaining-tokens']) < 1_000_000)
    const [second] = await many(1, key, { protocol: 'anthropic' })
    assert.equal(second?.headers['anthropic-ratelimit-requests-limit'], '10')
    assert.equal(second?.headers['anthropic-ratelimit-requests-remaining'], '8')
    assert.match(String(second?.headers['anthropic-ratelimit-requests-reset']), /^\d{4}-\d\d-\d\dT/)
  })
})

test('tokens per minute: a call that does not fit is refused, and told so', async () => {
  const { key } = await limitedTo({ tokens_per_minute: 200 })
  await minuteWithRoom()
  const answers = []
  for (let round = 0; round < 12; round += 1) answers.push(...(await many(1, key)))
  const refused = withStatus(answers, 429)
  assert.ok(withStatus(answers, 200).length >= 1 && refused.length >= 1)
  for (const answer of refused) assert.equal(errorCodeOf(answer), 'tokens_limited')
})

test('concurrent calls: exactly as many run at once as the limit says, over two gateways, and places come free again', async () => {
  const { key } = await limitedTo({ concurrent_calls: 3 })
  for (const round of [1, 2]) {
    const answers = await many(12, key, { model: 'm-slow' })
    assert.equal(withStatus(answers, 200).length, 3, `round ${round}`)
    assert.equal(withStatus(answers, 429).length, 9)
    assert.equal(errorCodeOf(withStatus(answers, 429)[0] ?? assert.fail()), 'concurrency_limited')
    await sleep(50)
  }
})

test('limits of the account hold over all its keys', async () => {
  const customer = await world.operator.customer('10.00')
  await world.operator.ask('PATCH', `/accounts/${customer.id}`, { limits: { requests_per_minute: 5 } })
  const second = (await world.operator.ask('POST', `/accounts/${customer.id}/keys`, { name: 'second' })) as { secret: string }
  await sleep(300)
  await minuteWithRoom()
  const answers = [...(await many(4, customer.key)), ...(await many(4, second.secret))]
  assert.equal(withStatus(answers, 200).length, 5)
})

test('a revoked key stops at every gateway', async () => {
  const customer = await world.operator.customer('10.00')
  assert.equal(withStatus(await many(8, customer.key), 200).length, 8)
  await world.operator.ask('POST', `/keys/${customer.keyId}/revoke`)
  await until(
    () => many(4, customer.key),
    (answers) => withStatus(answers, 401).length === 4,
    WAIT_MS_MAX,
  )
  assert.equal(withStatus(await many(8, customer.key), 401).length, 8, 'and stays stopped')
})

test('a key that is bound to a model may call no other', async () => {
  const { key } = await world.operator.customer('10.00', { models: ['m-slow'] })
  const [refused] = await many(1, key)
  assert.equal(refused?.status, 403)
  assert.equal(errorCodeOf(refused ?? assert.fail()), 'model_not_allowed')
  assert.equal((await many(1, key, { model: 'm-slow' }))[0]?.status, 200)
})
