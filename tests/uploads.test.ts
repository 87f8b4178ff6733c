// Guarantee: an upload whose upstream fails in its midst ends at once, with an error of the protocol or with what the upstream said, costs
// what was used and nothing else, is sent to nobody else once a part of it is gone, and leaves no connection that another call could meet.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { untilKnown } from '../checks/calls.ts'
import { type Customer, costOf, type UsageRow } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { startUploadUpstream, UPLOAD_USAGE, type UploadScript, type UploadUpstream } from '../sim/index.ts'

const PRICE = { input: '2.50', output: '10.00', audio_input: '6.00' }
const FULL_COST = BigInt(UPLOAD_USAGE.input * 6_000 + UPLOAD_USAGE.output * 10_000)
const WHOLE = Number.POSITIVE_INFINITY
const LARGE = 3_000_000
/** All of it is read before the hold. */
const SMALL = 2_000
const HUGE = 24_000_000
const MIDST = 500_000
const HELD_BACK = 1_000_000
const NONE_BROKEN = { connection: 0, bytes: 0 }

let breaker: UploadUpstream
let world: World
let customer: Customer

before(async () => {
  breaker = await startUploadUpstream()
  world = await startWorld({
    env: { FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: '1', FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS: '1', FAREBOX_IDLE_TIMEOUT_SECONDS: '1' },
  })
  customer = await world.operator.customer('100.00')
})
after(async () => {
  try {
    assert.equal((await world.operator.verify()).ok, true)
  } finally {
    agent.destroy()
    await world.stop()
    await breaker.close()
  }
})

let models = 0
let model = ''

/** Each test has an upstream of its own, so that none meets what another's health was left at. */
beforeEach(async () => {
  models += 1
  model = `hear-${models}`
  breaker.script({ afterBytes: WHOLE, end: 'answer' })
  await world.operator.ask('PUT', `/upstreams/breaker-${models}`, { kind: 'openai', base_url: `${breaker.url}/v1`, api_key: `sk-${model}` })
  const routes = [
    { upstream: `breaker-${models}`, model: 'sim-hear', priority: 1 },
    { upstream: 'oai', model: 'sim-hear', priority: 2 },
  ]
  await world.operator.ask('PUT', `/models/${model}`, { context: 16_000, output_max: 2_000, price: PRICE, routes })
  await untilKnown({ base: world.base, key: customer.key }, model)
})

const BOUNDARY = 'x-upload-x'

/** The one connection of the customer: what of an upload was not read would stand before the next call on it. */
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

type Answer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly requestId: string; readonly body: string }

/** Uploads so many bytes, of which some are sent only when the answer is there. */
function upload(bytes: number, heldBack = 0): Promise<Answer> {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="model"\r\n\r\n${model}\r\n`
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n`
  return post(Buffer.concat([Buffer.from(head + file), Buffer.alloc(bytes, 7), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]), heldBack)
}

/** Sends a body as a form; rejects after ten seconds. */
async function post(whole: Buffer, heldBack: number): Promise<Answer> {
  const request = http.request(`${world.base}/v1/audio/transcriptions`, {
    ...{ agent, method: 'POST', signal: AbortSignal.timeout(10_000) },
    headers: {
      authorization: `Bearer ${customer.key}`,
      ...{ 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, 'content-length': whole.length },
    },
  })
  request.write(whole.subarray(0, whole.length - heldBack))
  if (heldBack === 0) request.end()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  if (heldBack > 0) request.end(whole.subarray(whole.length - heldBack))
  const body = await text(response)
  const { statusCode = 0, headers } = response
  return { status: statusCode, headers, requestId: String(headers['x-request-id']), body }
}

const codeOf = ({ body }: Answer): unknown => (JSON.parse(body) as { readonly error?: { readonly code?: unknown } }).error?.code

async function rowOf(answer: Answer): Promise<UsageRow> {
  for (let round = 0; round < 100; round += 1) {
    const row = (await world.operator.usage(customer.id)).find((one) => one.request_id === answer.requestId)
    if (row !== undefined) return row
    await sleep(30)
  }
  return assert.fail(`request ${answer.requestId} has no row of usage`)
}

const FAILURES: readonly (readonly [name: string, script: UploadScript, status: number, code: string])[] = [
  ['a reset', { afterBytes: MIDST, end: 'reset' }, 502, 'upstream_failed'],
  ['an end of the connection', { afterBytes: MIDST, end: 'close' }, 502, 'upstream_failed'],
  ['a reset after the last byte', { afterBytes: LARGE, end: 'reset' }, 502, 'upstream_failed'],
  ['a failure that is told early', { afterBytes: MIDST, end: 'answer', status: 503 }, 502, 'upstream_failed'],
  ['a key that is refused early', { afterBytes: 1, end: 'answer', status: 401 }, 502, 'upstream_failed'],
  ['a limit that is told early', { afterBytes: MIDST, end: 'answer', status: 429 }, 429, 'upstream_limited'],
  ['no reading any more', { afterBytes: MIDST, end: 'silence' }, 504, 'upstream_timeout'],
]

for (const [name, script, status, code] of FAILURES)
  test(`${name} in the midst of an upload is ${status}, costs nothing, and nobody else gets the rest`, async () => {
    breaker.script(script)
    const [met, others] = [breaker.calls.length, world.sim.calls.length]
    // One that is not read any more is more than fits between here and there.
    const answer = script.end === 'silence' ? await upload(HUGE) : await upload(LARGE, script.afterBytes < LARGE ? HELD_BACK : 0)
    assert.deepEqual([answer.status, codeOf(answer)], [status, code])
    assert.doesNotMatch(answer.body, /not taken/)
    assert.deepEqual([breaker.calls.length - met, world.sim.calls.length - others], [1, 0])
    assert.equal((await rowOf(answer)).cost, '0.00')
    const taken = breaker.calls.at(-1)?.bytes ?? 0
    assert.ok(taken >= script.afterBytes && taken < HUGE, 'it broke where it should')
    await assertNextIsWell()
  })

for (const early of [400, 413, 415])
  test(`${early}, said before the upload is over, is told as it is, and costs nothing`, async () => {
    breaker.script({ afterBytes: MIDST, end: 'answer', status: early })
    const answer = await upload(LARGE, HELD_BACK)
    assert.equal(answer.status, early, answer.body)
    assert.match(answer.body, /That file is not taken/)
    const row = await rowOf(answer)
    assert.deepEqual([row.cost, row.outcome], ['0.00', 'upstream-refused'])
    await assertNextIsWell()
  })

test('an answer that is given before the upload is over is one, and costs what it says', async () => {
  breaker.script({ afterBytes: MIDST, end: 'answer' })
  const answer = await upload(LARGE, HELD_BACK)
  assert.equal(answer.status, 200)
  assert.equal(costOf([await rowOf(answer)]), FULL_COST)
  await assertNextIsWell()
})

test('what turns out to be no form is refused before all of it is here, and the next call on its connection is answered', async () => {
  const calls = breaker.calls.length
  const refused = await post(Buffer.alloc(LARGE, 7), HELD_BACK)
  assert.deepEqual([refused.status, codeOf(refused)], [400, 'invalid_multipart'])
  assert.equal(breaker.calls.length, calls)
  await assertNextIsWell(NONE_BROKEN)
})

test('an upload that is here whole is given to another upstream when the first fails', async () => {
  for (const script of [{ end: 'reset' }, { end: 'answer', status: 503 }] as const) {
    breaker.script({ afterBytes: 1, ...script })
    const others = world.sim.calls.length
    const answer = await upload(SMALL)
    assert.equal(answer.status, 200, answer.body)
    assert.match(String(answer.headers['x-farebox-route']), /upstream=oai/)
    assert.equal(world.sim.calls.length - others, 1)
    assert.ok(costOf([await rowOf(answer)]) > 0n)
  }
})

/** A new upload is answered, on a connection that carried no broken one; nothing stays held. */
async function assertNextIsWell(broken = breaker.calls.at(-1)): Promise<void> {
  breaker.script({ afterBytes: WHOLE, end: 'answer' })
  const answer = await upload(LARGE)
  assert.equal(answer.status, 200, answer.body)
  const used = /upstream=oai/.test(String(answer.headers['x-farebox-route'])) ? undefined : breaker.calls.at(-1)?.connection
  assert.notEqual(used, broken?.connection)
  assert.ok(costOf([await rowOf(answer)]) > 0n)
  for (let round = 0; round < 100 && (await world.operator.balance(customer.id)).held > 0n; round += 1) await sleep(50)
  assert.equal((await world.operator.balance(customer.id)).held, 0n)
}
