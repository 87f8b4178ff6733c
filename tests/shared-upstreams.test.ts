// Streams to an upstream that speaks HTTP/2 share its connections: each is answered, billed and let go as if it had one of its own.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ALL_SPOKEN, type Answer, call, errorCodeOf, isFullAnswer, type Spoken } from '../checks/calls.ts'
import { type Customer, costOf, type UsageRow } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import type { SimFaultName } from '../sim/index.ts'

const MANY = 120
const TOKENS = 40

let world: World
let customer: Customer

before(async () => {
  world = await startWorld({
    isSecure: true,
    models: [{ id: 'm-breaks', upstream: 'oai', upstreamModel: 'breaks' }],
    env: { FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1', FAREBOX_IDLE_TIMEOUT_SECONDS: '1' },
  })
  customer = await world.operator.customer('100.00')
})
after(async () => {
  try {
    assert.equal((await world.operator.verify()).ok, true)
  } finally {
    await world.stop()
  }
})

type More = { readonly model?: string; readonly isStream?: boolean; readonly shallAbort?: (seen: { readonly chunks: number }) => boolean }

const ask = (protocol: Spoken, more: More = {}): Promise<Answer> =>
  call({ base: world.base, key: customer.key, protocol, isStream: true, ...more })

const rowOf = async ({ requestId }: Answer): Promise<UsageRow> => {
  const find = async (): Promise<UsageRow | undefined> =>
    (await world.operator.usage(customer.id)).find((row) => row.request_id === requestId)
  return (await until(find, (row) => row !== undefined, 10_000)) ?? assert.fail(`request ${requestId} has no row of usage`)
}

const connections = (): number => world.door?.counts.shared ?? 0

test('many streams in every protocol go over few connections, and each is charged what it was', async () => {
  world.sim.script({ outputTokens: TOKENS, chunkDelayMs: 10 })
  const asked = Array.from({ length: MANY }, (_, index) => ALL_SPOKEN[index % ALL_SPOKEN.length] ?? 'openai')
  const answers = await Promise.all(asked.map((protocol) => ask(protocol)))
  for (const [index, answer] of answers.entries())
    assert.ok(isFullAnswer(answer, asked[index] ?? 'openai'), `${answer.status} ${answer.body.toString().slice(0, 200)}`)
  assert.ok(connections() <= 4, `${connections()} connections`)
  for (const answer of answers.slice(0, ALL_SPOKEN.length)) {
    const { tokens, outcome } = await rowOf(answer)
    assert.deepEqual([tokens.output, outcome], [TOKENS, 'completed'])
  }
})

test('an answer that comes whole has a connection of its own', async () => {
  const shared = connections()
  for (const protocol of ALL_SPOKEN) assert.ok(isFullAnswer(await ask(protocol, { isStream: false }), protocol))
  assert.ok((world.door?.counts.alone ?? 0) > 0)
  assert.equal(connections(), shared)
})

const broken: readonly SimFaultName[] = ['cut-after', 'reset-mid-stream', 'hang-mid-stream', 'half-close']
for (const fault of broken)
  test(`a stream that breaks with ${fault} ends with an error, is charged for what came, and takes no other with it`, async () => {
    world.sim.script(({ model }) =>
      model === 'breaks' ? { fault, faultAfter: 5, outputTokens: 200 } : { outputTokens: TOKENS, chunkDelayMs: 25 },
    )
    const others = Promise.all(ALL_SPOKEN.map((protocol) => ask(protocol)))
    await sleep(200)
    const answer = await ask('openai', { model: 'm-breaks' })
    assert.ok(answer.status === 200 && answer.isWhole, 'the body ends as HTTP says')
    assert.match(answer.body.toString(), /data: \{"error"/)
    const { tokens, outcome } = await rowOf(answer)
    assert.ok(tokens.output > 0 && tokens.output <= 200, `${tokens.output} tokens`)
    assert.match(outcome, /^(?:upstream-cut|timed-out)$/)
    for (const [index, other] of (await others).entries()) assert.ok(isFullAnswer(other, ALL_SPOKEN[index] ?? 'openai'))
  })

const refused: readonly (readonly [fault: SimFaultName, status: number, code: string])[] = [
  ['reset-before-headers', 502, 'upstream_failed'],
  ['hang-before-headers', 504, 'upstream_timeout'],
]
for (const [fault, status, code] of refused)
  test(`${fault} is ${status} and costs nothing`, async () => {
    world.sim.script({ fault })
    const answer = await ask('openai')
    assert.deepEqual([answer.status, errorCodeOf(answer)], [status, code])
    assert.equal((await rowOf(answer)).cost, '0.00')
    world.sim.script({})
    await until(
      () => ask('openai'),
      (again) => again.status === 200,
      10_000,
    )
  })

test('who leaves lets go of his stream alone, and pays for no more than was made', async () => {
  world.sim.script({ outputTokens: TOKENS, chunkDelayMs: 20 })
  const others = Promise.all(ALL_SPOKEN.map((protocol) => ask(protocol)))
  const left = await ask('openai', { shallAbort: ({ chunks }) => chunks > 3 })
  const { outcome, tokens } = await rowOf(left)
  assert.equal(outcome, 'client-aborted')
  assert.ok(tokens.output > 0 && tokens.output < TOKENS, `${tokens.output} tokens`)
  for (const [index, other] of (await others).entries()) assert.ok(isFullAnswer(other, ALL_SPOKEN[index] ?? 'openai'))
})

test('everything that was charged is what the rows say, to the nano-dollar', async () => {
  const held = (): Promise<{ readonly held: bigint; readonly available: bigint }> => world.operator.balance(customer.id)
  const { available } = await until(held, (balance) => balance.held === 0n, 10_000)
  const rows = await world.operator.usage(customer.id)
  assert.equal(available, 100_000_000_000n - costOf(rows))
  assert.equal(new Set(rows.map((row) => row.request_id)).size, rows.length)
})
