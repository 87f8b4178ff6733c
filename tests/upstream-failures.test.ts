// An upstream that fails before its first byte is passed over or told as 502, 504 or 429 and charged for nothing; one that breaks later is ended well.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, errorCodeOf, isFullAnswer, type Spoken, untilKnown } from '../checks/calls.ts'
import { type Customer, costOf, type UsageRow } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimFaultName, type SimUpstream, startSimUpstream } from '../sim/index.ts'

const PROTOCOLS: readonly Spoken[] = ['openai', 'anthropic']

let world: World
let first: SimUpstream
let customer: Customer

before(async () => {
  first = await startSimUpstream()
  world = await startWorld({
    env: { FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1', FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: '1', FAREBOX_IDLE_TIMEOUT_SECONDS: '1' },
    upstreams: [{ id: 'first', kind: 'openai', baseUrl: `${first.url}/v1` }],
  })
  customer = await world.operator.customer('100.00')
  await putModel('m-two', 'first')
  for (const fault of passedOver) {
    const upstream = { kind: 'openai', base_url: `${first.url}/v1`, api_key: 'sk-upstream-world' }
    await world.operator.ask('PUT', `/upstreams/first-${fault}`, upstream)
    await putModel(`m-${fault}`, `first-${fault}`)
  }
  await untilKnown({ base: world.base, key: customer.key }, 'm-two', ...passedOver.map((fault) => `m-${fault}`))
})
after(async () => {
  try {
    assert.equal((await world.operator.verify()).ok, true)
  } finally {
    await first.close()
    await world.stop()
  }
})

/** A model with two routes: the first in order leads to the other fake, the second to that of the world. */
const putModel = (id: string, upstream: string): Promise<unknown> =>
  world.operator.ask('PUT', `/models/${id}`, {
    ...{ context: 100_000, output_max: 4096, price: { input: '3.00', output: '15.00' } },
    routes: [
      { upstream, model: 'sim-model', priority: 1 },
      { upstream: 'oai', model: 'sim-model', priority: 2 },
    ],
  })

const ask = (more: { readonly protocol?: Spoken; readonly model?: string; readonly isStream?: boolean } = {}): Promise<Answer> =>
  call({ base: world.base, key: customer.key, protocol: 'openai', ...more })

async function rowOf(answer: Answer): Promise<UsageRow> {
  for (let round = 0; round < 100; round += 1) {
    const row = (await world.operator.usage(customer.id)).find((one) => one.request_id === answer.requestId)
    if (row !== undefined) return row
    await sleep(30)
  }
  return assert.fail(`request ${answer.requestId} has no row of usage`)
}

const passedOver: readonly SimFaultName[] = [
  'error-500-echo',
  'overloaded-503',
  'html-502',
  'limited-429',
  'unauthorized-401',
  'balance-402',
  'reset-before-headers',
  'close-before-headers',
  'hang-before-headers',
  'empty-200',
  'redirect-302',
]

for (const fault of passedOver) {
  test(`the second route answers when the first fails with ${fault}`, async () => {
    const met = first.calls.length
    for (const isStream of [false, true]) {
      first.script({ fault })
      const answer = await ask({ model: `m-${fault}`, isStream })
      assert.ok(isFullAnswer(answer, 'openai'), `${answer.status} ${answer.body.toString().slice(0, 200)}`)
      assert.match(String(answer.headers['x-farebox-route']), /upstream=oai/)
      const [row, truth] = [await rowOf(answer), world.sim.calls.at(-1)]
      assert.equal(row.tokens.output, truth?.plannedOutputTokens)
      assert.equal(row.outcome, 'completed')
    }
    assert.ok(first.calls.length > met, 'the first was not tried')
  })
}

test('a first route that fails is passed over, and answers again when it has rested', async () => {
  first.script({ fault: 'error-500-echo' })
  for (let round = 0; round < 10; round += 1) assert.ok(isFullAnswer(await ask({ model: 'm-two' }), 'openai'))
  const met = first.calls.length
  assert.ok(isFullAnswer(await ask({ model: 'm-two' }), 'openai'))
  assert.equal(first.calls.length, met)
  first.script({})
  const isFirst = (answer: Answer): boolean => /upstream=first/.test(String(answer.headers['x-farebox-route']))
  assert.ok(isFirst(await until(() => ask({ model: 'm-two' }), isFirst, 40_000)))
})

test('a request the upstream refuses is not tried elsewhere, told as it is, and free', async () => {
  first.script({ fault: 'invalid-400' })
  const calls = world.sim.calls.length
  const answer = await ask({ model: 'm-two' })
  assert.equal(answer.status, 400)
  assert.match(answer.body.toString(), /invalid value/)
  assert.equal(world.sim.calls.length, calls)
  assert.equal((await rowOf(answer)).cost, '0.00')
  first.script({})
})

const told: readonly (readonly [fault: SimFaultName, status: number, code: string])[] = [
  ['error-500-echo', 502, 'upstream_failed'],
  ['html-502', 502, 'upstream_failed'],
  ['reset-before-headers', 502, 'upstream_failed'],
  ['unauthorized-401', 502, 'upstream_failed'],
  ['hang-before-headers', 504, 'upstream_timeout'],
  ['limited-429', 429, 'upstream_limited'],
]

for (const [fault, status, code] of told) {
  test(`${fault} of the only route is ${status}, in both protocols, without its words, and costs nothing`, async () => {
    world.sim.script({ fault })
    for (const protocol of PROTOCOLS) {
      const answer = await ask({ protocol })
      assert.equal(answer.status, status)
      if (protocol === 'openai') assert.equal(errorCodeOf(answer), code)
      assert.doesNotMatch(answer.body.toString(), /ferry|Bad Gateway|Incorrect API key/)
      if (status === 429) assert.equal(answer.headers['retry-after'], '7')
      assert.equal((await rowOf(answer)).cost, '0.00')
    }
    world.sim.script({})
    // A limit that was told is kept to.
    for (const protocol of PROTOCOLS)
      await until(
        () => ask({ protocol }),
        (answer) => answer.status === 200,
        10_000,
      )
  })
}

const broken: readonly SimFaultName[] = ['cut-after', 'reset-mid-stream', 'hang-mid-stream', 'half-close']

for (const fault of broken) {
  test(`a stream that breaks with ${fault} ends with an error of its protocol and is charged for what came`, async () => {
    world.sim.script({ fault, faultAfter: 5, outputTokens: 200 })
    for (const protocol of PROTOCOLS) {
      const answer = await ask({ protocol, isStream: true })
      assert.equal(answer.status, 200)
      assert.ok(answer.isWhole, 'the body ends as HTTP says')
      assert.match(answer.body.toString(), protocol === 'openai' ? /data: \{"error"/ : /event: error\ndata: /)
      const [row, truth] = [await rowOf(answer), world.sim.calls.at(-1)]
      assert.ok(row.tokens.output > 0 && row.tokens.output <= (truth?.trueOutputTokensSent ?? 0), `${row.tokens.output} tokens`)
      assert.match(row.outcome, /^(?:upstream-cut|timed-out)$/)
    }
    world.sim.script({})
  })
}

test('everything that was charged is what the rows say, to the nano-dollar', async () => {
  await sleep(300)
  const { available, held } = await world.operator.balance(customer.id)
  const rows = await world.operator.usage(customer.id)
  assert.equal(available + held, 100_000_000_000n - costOf(rows))
  assert.equal(new Set(rows.map((row) => row.request_id)).size, rows.length)
})
