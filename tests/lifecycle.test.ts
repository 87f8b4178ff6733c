// A server that is told to end finishes what runs and loses nothing; one that is killed comes back with every balance as it was.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, call, isFullAnswer } from '../checks/calls.ts'
import { type Customer, costOf } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'

const CREDIT = 10_000_000_000n

let world: World
let customer: Customer

before(async () => {
  world = await startWorld({
    gateways: 2,
    models: [{ id: 'm-slow', upstream: 'oai', upstreamModel: 'sim-model!tokens=60,chunk-ms=25' }],
  })
  customer = await world.operator.customer('10.00')
})
after(() => world.stop())

const askOnce = (model = 'm-openai', isStream = false): Promise<Answer> =>
  call({ base: world.base, key: customer.key, protocol: 'openai', model, isStream })

/** A call as clients make it: one that meets a connection of a process that has just died is made again. */
async function ask(): Promise<Answer> {
  const answer = await askOnce()
  return answer.status === 0 ? await askOnce() : answer
}

/** The first answer that is none of a server that is still coming back; it may be refused as `unavailable` until then, and as nothing else. */
const askUntilServed = (): Promise<Answer> =>
  until(
    () => ask(),
    ({ status }) => status !== 503,
    WAIT_MS_MAX,
  )

/** How long a test waits for what has to come; none asserts that it comes sooner. */
const WAIT_MS_MAX = 15_000

/** All rows of the customer, once each of these answers has one. */
const rowsWith = (answers: readonly Answer[]): ReturnType<World['operator']['usage']> =>
  until(
    () => world.operator.usage(customer.id),
    (rows) => {
      const known = new Set(rows.map((row) => row.request_id))
      return answers.every(({ requestId }) => known.has(requestId))
    },
    WAIT_MS_MAX,
  )

/** What was charged is what the rows say, and the books agree with themselves. */
async function assertExact(answers: readonly Answer[]): Promise<void> {
  const rows = await rowsWith(answers)
  const { available, held } = await world.operator.balance(customer.id)
  assert.equal(available + held, CREDIT - costOf(rows))
  const known = new Set(rows.map((row) => row.request_id))
  assert.equal(known.size, rows.length, 'each call is charged once')
  for (const { requestId, status } of answers)
    assert.ok(known.has(requestId), `${requestId} (${status}) was answered and is not in the books`)
  const verdict = await world.operator.verify()
  assert.deepEqual([verdict.ok, verdict.problems], [true, []])
}

test('SIGTERM lets streams run to their end, takes no new calls, ends with 0 and keeps the books', async () => {
  const streams = Array.from({ length: 6 }, () => askOnce('m-slow', true))
  await sleep(500)
  const ending = world.terminate(30_000)
  const answers = await Promise.all(streams)
  for (const answer of answers) assert.ok(isFullAnswer(answer, 'openai'), `${answer.status} ${answer.error}`)
  assert.equal(await ending, 0)
  assert.equal((await askOnce()).status, 0, 'nobody listens')
  assert.deepEqual(world.processes(), [], 'no process is left')
  await world.start()
  await assertExact(answers)
})

test('what was sent before SIGTERM could be known is answered, on new connections and kept ones', async () => {
  const kept = await Promise.all(Array.from({ length: 4 }, () => askOnce()))
  const sent = Array.from({ length: 12 }, () => askOnce())
  const ending = world.terminate(30_000)
  const answers = await Promise.all(sent)
  for (const { status, error } of answers) assert.equal(status, 200, error)
  assert.equal(await ending, 0)
  await world.start()
  await assertExact([...kept, ...answers])
})

test('a client that asks without pause does not keep a server from ending', async () => {
  let isOver = false
  const loop = async (): Promise<void> => {
    while (!isOver) if ((await ask()).status === 0) await sleep(20)
  }
  const loops = Array.from({ length: 8 }, loop)
  await sleep(300)
  assert.equal(await world.terminate(20_000), 0)
  isOver = true
  await Promise.all(loops)
  await world.start()
  await assertExact([])
})

test('a killed gateway: the other serves on, a new one comes, what was answered is charged once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask()))
  const streams = Array.from({ length: 6 }, () => askOnce('m-slow', true))
  await sleep(400)
  const [victim] = world.pidsOf('gateway')
  process.kill(victim ?? assert.fail('no gateway runs'), 'SIGKILL')
  // A connection that the dead one had taken is reset; the next goes to the other.
  let answer = await ask()
  for (let retry = 0; retry < 10 && answer.status !== 200; retry += 1) answer = await ask()
  assert.equal(answer.status, 200, 'the other gateway answers')
  const ended = await Promise.all(streams)
  for (let round = 0; round < 100 && world.pidsOf('gateway').length < 2; round += 1) await sleep(50)
  assert.equal(world.pidsOf('gateway').length, 2)
  await sleep(3500)
  await assertExact([...answers, ...ended.filter((answer) => isFullAnswer(answer, 'openai'))])
})

test('killed control: answered calls are in the books once it is back, and nothing was told as 401 or 402', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask()))
  assert.equal(await world.kill('control'), 1)
  const during = await Promise.all(Array.from({ length: 10 }, () => ask()))
  for (const answer of during) assert.ok([200, 503].includes(answer.status), String(answer.status))
  const back = await askUntilServed()
  assert.equal(back.status, 200)
  await assertExact([...answers, ...during.filter(({ status }) => status === 200), back])
})

test('everything killed at once: balances and books are as they were, and it serves again', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
  await rowsWith(answers)
  const before = await world.operator.balance(customer.id)
  await world.kill('all')
  await world.start()
  const now = await world.operator.balance(customer.id)
  assert.equal(now.available + now.held, before.available + before.held)
  const again = await ask()
  assert.equal(again.status, 200)
  await assertExact([...answers, again])
})
