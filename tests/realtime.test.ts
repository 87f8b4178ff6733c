// Guarantee: realtime sessions pass through whole; each answer is held for before it can cost anything and charged as the upstream counts
// it, however the session ends; nobody has a session without a key, money and a place.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Customer, nanoOf, type UsageRow } from '../checks/operator.ts'
import { minuteWithRoom } from '../checks/whole-minute.ts'
import { startWorld, type World, type WorldModel } from '../checks/world.ts'
import { type RealtimePart, type SimRealtime, startSimRealtime } from '../sim/index.ts'
import { type Opened, openRealtime, QUIET, type RealtimeClient, said, sound, textOf } from './realtime/index.ts'

const PRICE = { input: '4.00', cache_read: '0.40', audio_input: '32.00', output: '16.00', audio_output: '64.00' }
const voice = (id: string, marker = ''): WorldModel => ({
  ...{ id, upstream: 'rt', upstreamModel: `sim-voice${marker}`, price: PRICE, context: 32_000, outputMax: 4_096 },
})

let sim: SimRealtime
let world: World

before(async () => {
  sim = await startSimRealtime()
  world = await startWorld({
    upstreams: [
      { id: 'rt', kind: 'openai-compatible', baseUrl: `http://127.0.0.1:${sim.port}/v1`, protocols: ['openai-realtime', 'openai-chat'] },
    ],
    models: [
      voice('voice'),
      voice('slow', '!tokens=200,chunk-ms=20'),
      voice('thoughtful', '!tokens=200,begin-ms=800,chunk-ms=20'),
      voice('silent', '!usage=none'),
      voice('absurd', '!usage=absurd'),
      voice('broken', '!cut-after=3'),
      voice('refused', '!refuse=500'),
      voice('poor-house', '!poor'),
      voice('eager', '!unasked=2'),
      voice('huge', '!huge=17'),
      voice('hanging', '!hang'),
      {
        id: 'ears',
        upstream: 'rt',
        upstreamModel: 'sim-transcribe',
        price: { input: '2.50', audio_input: '6.00', output: '10.00' },
        context: 16_000,
      },
      {
        id: 'ears-by-seconds',
        upstream: 'rt',
        upstreamModel: 'sim-whisper',
        price: { audio_second: '0.0001' },
        context: 1_000,
        outputMax: 1,
      },
    ],
    env: { FAREBOX_SESSION_IDLE_SECONDS: '5' },
  })
})
after(async () => {
  await world.stop()
  await sim.close()
})

const open = (customer: Customer, model = 'voice', more: Partial<Opened> = {}): Promise<RealtimeClient> =>
  openRealtime({ base: world.base, key: customer.key, model, ...more })

/** Rows of a customer that were charged, oldest first, once there are so many. */
async function charged(customer: Customer, count: number): Promise<readonly UsageRow[]> {
  for (let round = 0; round < 300; round += 1) {
    const rows = (await world.operator.usage(customer.id)).filter(({ cost }) => nanoOf(cost) > 0n)
    if (rows.length >= count) return rows.toReversed()
    await sleep(20)
  }
  return assert.fail(`not ${count} charged rows: ${JSON.stringify(await world.operator.usage(customer.id))}`)
}

/** Everything is settled and nothing is held. */
async function untilSettled(customer: Customer): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    if ((await world.operator.balance(customer.id)).held === 0n) return
    await sleep(20)
  }
  assert.fail('something is still held')
}

/** What an answer costs in nano-USD by the truth. */
const dueOf = ({ input, cached, output }: RealtimePart): bigint =>
  BigInt(input.text - cached.text) * 4_000n +
  BigInt(input.audio - cached.audio) * 32_000n +
  BigInt(cached.text + cached.audio) * 400n +
  BigInt(output.text) * 16_000n +
  BigInt(output.audio) * 64_000n

const lastPart = (): RealtimePart => sim.parts.at(-1) ?? assert.fail('no part')

test('words: two answers in one session, each a row with the upstream’s own figures', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer)
  await client.next('session.created')
  client.send(QUIET)
  await client.next('session.updated')
  for (const text of ['How long does the ferry take?', 'And back?']) {
    client.send(said(text))
    client.send({ type: 'response.create' })
    await client.next('response.done')
  }
  const rows = await charged(customer, 2)
  const truths = sim.parts.slice(-2)
  for (const [at, truth] of truths.entries()) {
    const { tokens, cost, usage_source, outcome } = rows[at] ?? assert.fail()
    assert.deepEqual(
      [tokens.input, tokens.cached_read, tokens.output],
      [truth.input.text - truth.cached.text, truth.cached.text, truth.output.text],
    )
    assert.deepEqual([usage_source, outcome, nanoOf(cost)], ['provider', 'completed', dueOf(truth)])
  }
  client.socket.close()
  await untilSettled(customer)
})

test('a session is one concurrent call and one request, and tells what it was; each answer is another request', async () => {
  const customer = await world.operator.customer('20.00', { limits: { concurrent_calls: 1, requests_per_minute: 3 } })
  await minuteWithRoom()
  const client = await open(customer)
  await client.next('session.created')
  await assert.rejects(open(customer), /429.*concurrency_limited/)
  client.send(QUIET)
  await client.next('session.updated')
  client.send({ type: 'response.create' })
  await client.next('response.done')
  const { rate_limits } = await client.next('rate_limits.updated')
  assert.deepEqual(
    (rate_limits as readonly { limit: number }[]).map(({ limit }) => limit),
    [3],
    'the limits told are the customer’s own',
  )
  client.send({ type: 'response.create', event_id: 'mine' })
  await client.next('response.done')
  client.send({ type: 'response.create' })
  assert.equal(textOf(await client.next('error'), 'error', 'code'), 'requests_limited')
  client.send(said('It goes on.'))
  await client.next('conversation.item.added')
  client.socket.close()
  await untilSettled(customer)
  const rows = await world.operator.usage(customer.id)
  assert.deepEqual(rows.filter(({ status }) => status === 101).length, 1)
})

test('voice: answers that nobody asks for are held for before they begin, and sound is charged as sound', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer)
  await client.next('session.created')
  for (let turn = 0; turn < 2; turn += 1) {
    client.send(sound(1_000))
    client.send(sound(600, true))
    await client.next('response.done')
  }
  const rows = await charged(customer, 2)
  const truths = sim.parts.slice(-2)
  for (const [at, truth] of truths.entries()) {
    const { tokens, cost, usage_source } = rows[at] ?? assert.fail()
    assert.deepEqual(
      [tokens.audio_input, tokens.audio_output, usage_source],
      [truth.input.audio - truth.cached.audio, truth.output.audio, 'provider'],
    )
    assert.equal(nanoOf(cost), dueOf(truth))
  }
  client.socket.close()
  await untilSettled(customer)
})

test('transcripts are charged by the model that makes them, in tokens or in seconds', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer)
  for (const [model, upstreamModel] of [
    ['ears', 'sim-transcribe'],
    ['ears-by-seconds', 'sim-whisper'],
  ] as const) {
    client.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: { model } } } },
    })
    const updated = await client.next('session.updated')
    assert.equal(textOf(updated, 'session', 'audio', 'input', 'transcription', 'model'), upstreamModel)
    client.send(sound(1_250))
    client.send({ type: 'input_audio_buffer.commit' })
    await client.next('conversation.item.input_audio_transcription.completed')
  }
  const [tokens, seconds] = await charged(customer, 2)
  assert.deepEqual([tokens?.model, tokens?.tokens.audio_input, tokens?.tokens.output], ['ears', 13, 7])
  assert.deepEqual([seconds?.model, seconds?.pieces?.audio_seconds, seconds?.cost], ['ears-by-seconds', 2, '0.0002'])
  client.send({ type: 'session.update', session: { audio: { input: { transcription: { model: 'nobody' } } } } })
  assert.equal(textOf(await client.next('error'), 'error', 'code'), 'model_unknown')
  client.socket.close()
  await untilSettled(customer)
})

test('a client that leaves in the middle of an answer is charged what the upstream counts of it', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'slow')
  await client.next('session.created')
  client.send(QUIET)
  await client.next('session.updated')
  client.send(said('Tell me everything.'))
  client.send({ type: 'response.create' })
  for (let deltas = 0; deltas < 3; deltas += 1) await client.next('response.output_text.delta')
  client.socket.terminate()
  const [row] = await charged(customer, 1)
  const truth = lastPart()
  assert.deepEqual([truth.status, row?.outcome, row?.usage_source], ['cancelled', 'client-aborted', 'provider'])
  assert.deepEqual([row?.tokens.input, row?.tokens.output], [truth.input.text, truth.output.text])
  assert.ok(truth.output.text < 200)
  await untilSettled(customer)
})

test('a client that leaves before its answer begins is charged what the upstream counts of it', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'thoughtful')
  await client.next('session.created')
  client.send(QUIET)
  await client.next('session.updated')
  client.send(said('Tell me everything, from the very beginning of the line.'))
  client.send({ type: 'response.create' })
  await client.next('conversation.item.added')
  await sleep(100)
  client.socket.terminate()
  const [row] = await charged(customer, 1)
  const truth = lastPart()
  assert.deepEqual([truth.status, row?.outcome, row?.usage_source], ['cancelled', 'client-aborted', 'provider'])
  assert.deepEqual([row?.tokens.input, row?.tokens.output], [truth.input.text, truth.output.text])
  await untilSettled(customer)
})

test('a revoked key ends its session', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer)
  await client.next('session.created')
  await world.operator.ask('DELETE', `/keys/${customer.keyId}`)
  assert.equal(await client.closed, 1_008)
  assert.equal(textOf(client.events.at(-1), 'error', 'code'), 'key_invalid')
  await untilSettled(customer)
})

test('without money there is no session; one whose money runs out is told and closed', async () => {
  const poor = await world.operator.customer('0.01')
  await assert.rejects(open(poor), /402.*insufficient_credit/)
  await untilSettled(poor)
  // Enough for the worst answer once: 32,000 tokens of sound read and 4,096 spoken.
  const customer = await world.operator.customer('1.2862')
  const client = await open(customer)
  await client.next('session.created')
  client.send(QUIET)
  await client.next('session.updated')
  client.send({ type: 'response.create' })
  await client.next('response.done')
  client.send({ type: 'response.create' })
  const error = await client.next('error')
  assert.deepEqual([textOf(error, 'error', 'type'), textOf(error, 'error', 'code')], ['insufficient_quota', 'insufficient_credit'])
  assert.equal(await client.closed, 1_008)
  await untilSettled(customer)
  assert.equal((await charged(customer, 1)).length, 1)
})

test('an upstream that breaks off: what went out is charged by our count, and the client is told', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'broken')
  client.send(QUIET)
  await client.next('session.updated')
  client.send(said('Tell me everything, from the very beginning of the line.'))
  client.send({ type: 'response.create' })
  assert.equal(await client.closed, 1_011)
  const [row] = await charged(customer, 1)
  assert.deepEqual([row?.outcome, row?.usage_source], ['upstream-cut', 'counted'])
  assert.ok((row?.tokens.output ?? 99) <= lastPart().output.text, 'a count is never above the truth')
  await untilSettled(customer)
})

test('usage that is absent is counted, and one that is absurd is cut to what can be', async () => {
  const customer = await world.operator.customer('20.00')
  for (const model of ['silent', 'absurd']) {
    const client = await open(customer, model)
    client.send(QUIET)
    await client.next('session.updated')
    client.send({ type: 'response.create' })
    await client.next('response.done')
    client.socket.close()
  }
  const [silent, absurd] = await charged(customer, 2)
  assert.deepEqual([silent?.usage_source, silent?.outcome], ['counted', 'completed'])
  assert.deepEqual([absurd?.usage_source, absurd?.is_suspect], ['clamped', true])
  assert.deepEqual([absurd?.tokens.input, absurd?.tokens.output], [32_000, 4_096])
  await untilSettled(customer)
})

test('answers that an upstream begins by itself are billed too', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'eager')
  client.send(QUIET)
  await client.next('session.updated')
  client.send({ type: 'response.create' })
  for (let answers = 0; answers < 3; answers += 1) await client.next('response.done')
  assert.equal((await charged(customer, 3)).length, 3)
  client.socket.close()
  await untilSettled(customer)
})

test('refusals come as HTTP, before there is a session', async () => {
  const customer = await world.operator.customer('20.00')
  await assert.rejects(open({ ...customer, key: 'nonsense' }), /401.*key_invalid/)
  await assert.rejects(open(customer, 'voice', { headers: {} }), /401.*key_missing/)
  await assert.rejects(open(customer, 'nobody'), /404.*model_unknown/)
  await assert.rejects(open(customer, 'm-openai'), /400.*protocol_mismatch/)
  await assert.rejects(open(customer, 'refused'), /502.*upstream_failed/)
  await assert.rejects(open(customer, 'voice', { path: `/v1/realtime?key=${customer.key}&x=` }), /400.*key_in_url/)
  const plain = await fetch(`${world.base}/v1/realtime?model=voice`)
  assert.equal(plain.status, 426)
  // Who asks for another protocol elsewhere is answered in this one.
  await assert.rejects(open(customer, 'voice', { path: '/v1/models' }), /200/)
  await untilSettled(customer)
  assert.equal((await world.operator.usage(customer.id)).filter(({ cost }) => nanoOf(cost) > 0n).length, 0)
})

test('a browser brings its key as a protocol; the house’s credential and nothing of the key goes upstream', async () => {
  const customer = await world.operator.customer('20.00')
  const protocols = ['realtime', `openai-insecure-api-key.${customer.key}`, 'openai-beta.realtime-v1']
  const client = await open(customer, 'voice', { headers: {}, protocols, path: '/api/proxy/v1/realtime' })
  await client.next('session.created')
  assert.equal(client.socket.protocol, 'realtime')
  const seen = sim.headersSeen.at(-1)
  assert.deepEqual([seen?.authorization, seen?.['openai-beta']], ['Bearer sk-upstream-world', 'realtime=v1'])
  assert.ok(!JSON.stringify(seen).includes(customer.key))
  client.socket.close()
  await untilSettled(customer)
})

test('what would be stored is refused, what is no event is told, and the session goes on', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer)
  await client.next('session.created')
  client.send({ type: 'session.update', session: { type: 'realtime', tracing: 'auto' } })
  assert.equal(textOf(await client.next('error'), 'error', 'code'), 'nothing_stored')
  client.send({ type: 'response.create', response: { prompt: { id: 'pmpt_1' } } })
  assert.equal(textOf(await client.next('error'), 'error', 'code'), 'nothing_stored')
  client.send({ type: 'session.update', session: { type: 'transcription' } })
  assert.equal(textOf(await client.next('error'), 'error', 'param'), 'session.type')
  client.socket.send('no event')
  assert.equal(textOf(await client.next('error'), 'error', 'code'), 'invalid_json')
  client.send(QUIET)
  await client.next('session.updated')
  client.socket.close()
  await untilSettled(customer)
})

test('an empty account of the house is never told as the customer’s', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'poor-house')
  client.send(QUIET)
  await client.next('session.updated')
  client.send({ type: 'response.create', event_id: 'mine' })
  const error = await client.next('error')
  assert.deepEqual([textOf(error, 'error', 'code'), textOf(error, 'error', 'event_id')], ['upstream_failed', 'mine'])
  client.socket.close()
  await untilSettled(customer)
})

test('a response that is not to be had keeps nothing that another needs, and events with one id count each', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'slow')
  client.send(QUIET)
  await client.next('session.updated')
  for (let times = 0; times < 3; times += 1) {
    client.send({ type: 'response.create', event_id: 'same', ...(times === 1 && { response: { conversation: 'none' } }) })
  }
  const error = await client.next('error')
  assert.deepEqual(
    [textOf(error, 'error', 'code'), textOf(error, 'error', 'event_id')],
    ['conversation_already_has_active_response', 'same'],
  )
  const begun = new Set<string>()
  while (begun.size < 2) begun.add(textOf(await client.next('response.output_text.delta'), 'response_id'))
  client.send({ type: 'response.cancel' })
  client.socket.close()
  const rows = await charged(customer, 2)
  assert.equal(rows.length, 2)
  await untilSettled(customer)
})

test('messages beyond the bound end the session, from either side', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer)
  await client.next('session.created')
  client.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(17 * 1_048_576) })
  assert.equal(await client.closed, 1_009)
  const other = await open(customer, 'huge')
  other.send(QUIET)
  await other.next('session.updated')
  other.send({ type: 'response.create' })
  await other.next('response.done')
  assert.equal(await other.closed, 1_011)
  await untilSettled(customer)
})

test('a session that is silent for too long is ended, and an answer that never came costs nothing', async () => {
  const customer = await world.operator.customer('20.00')
  const client = await open(customer, 'hanging')
  client.send(QUIET)
  await client.next('session.updated')
  client.send({ type: 'response.create' })
  await client.next('response.created')
  assert.equal(await client.closed, 1_001)
  await untilSettled(customer)
  const rows = await world.operator.usage(customer.id)
  assert.deepEqual(
    rows.filter(({ outcome }) => outcome === 'timed-out').map(({ cost }) => nanoOf(cost)),
    [0n],
  )
})
