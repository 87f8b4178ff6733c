// Guarantee: who asks for a response and leaves before it begins is charged for it: as the upstream counts it where it begins soon, else for what
// it is sure to have read; what never went out, was refused, or was ended by the house costs nothing.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { OUTCOMES } from '../../spec/index.ts'
import type { UpstreamSession } from './connect-upstream.ts'
import { RealtimeSession } from './session.ts'
import type { SessionEnd } from './session-end.ts'
import { fakeSession, PLAN, socketPair } from './testing.ts'

type Fields = Readonly<Record<string, unknown>>

/** Events that come to an end of a session, each once. */
function inbox(socket: WebSocket) {
  const waiting: Fields[] = []
  socket.on('message', (data) => waiting.push(JSON.parse((data as Buffer).toString()) as Fields))
  return async (type: string): Promise<Fields> => {
    for (let round = 0; round < 400; round += 1) {
      const at = waiting.findIndex((event) => event['type'] === type)
      if (at >= 0) return waiting.splice(at, 1)[0] ?? assert.fail()
      await sleep(5)
    }
    return assert.fail(`no ${type}`)
  }
}

/** A session in which nobody answers unasked, and a response was asked for about two hundred bytes of words. */
async function asked(context: TestContext) {
  const [client, upstream] = [await socketPair(), await socketPair()]
  const { gateway, funds, settled, held } = fakeSession(Number.POSITIVE_INFINITY)
  const [leg] = PLAN.legs
  assert.ok(leg !== undefined)
  const attempt = { broke: () => undefined, end: () => undefined } as unknown as UpstreamSession['attempt']
  upstream.opened.pause()
  const ended = Promise.withResolvers<void>()
  const session = new RealtimeSession(gateway, {
    ...{ client: client.accepted, upstream: { socket: upstream.opened, leg, attempt }, funds },
    ...{ meter: { plan: PLAN, planTranscript: () => PLAN }, idleMs: 30_000, onEnd: ended.resolve },
  })
  const next = inbox(upstream.accepted)
  const send = (event: Fields): void => upstream.accepted.send(JSON.stringify(event))
  session.run()
  context.after(() => {
    session.end({ code: 1_000, outcome: 'client-aborted', status: 499 })
    for (const { opened, accepted } of [client, upstream]) for (const socket of [opened, accepted]) socket.terminate()
  })
  send({ type: 'session.created', session: { model: 'up', turn_detection: null } })
  await once(client.opened, 'message')
  const say = (event: Fields): void => client.opened.send(JSON.stringify(event))
  say({ type: 'conversation.item.create', item: { content: [{ type: 'input_text', text: 'w'.repeat(200) }] } })
  await next('conversation.item.create')
  say({ type: 'response.create' })
  const { event_id: eventId } = await next('response.create')
  /** What was settled, once the session has ended. */
  const end = async (how: SessionEnd | 'leaves') => {
    // Over such a pair a side does not hear of the other's end.
    if (how === 'leaves') client.accepted.terminate()
    else session.end(how)
    return async () => {
      await ended.promise
      assert.equal(held(), 0)
      return settled.map((row) => [OUTCOMES[row.outcome], row.input, row.output] as const).filter(([outcome]) => outcome !== 'voided')
    }
  }
  return { send, next, end, eventId }
}

const usage = { total_tokens: 43, input_tokens: 40, output_tokens: 3 }

test('a response that begins when the client has left is ended at the upstream, and charged as that tells', async (context) => {
  const { send, next, end } = await asked(context)
  const done = await end('leaves')
  await sleep(50)
  send({ type: 'response.created', response: { id: 'r1' } })
  assert.equal((await next('response.cancel'))['response_id'], 'r1')
  send({ type: 'response.done', response: { id: 'r1', status: 'cancelled', usage } })
  const rows = await done()
  assert.deepEqual(rows, [['client-aborted', 40, 3]])
})

test('one that never begins is charged for what it is sure to have read', async (context) => {
  const { end } = await asked(context)
  const rows = await (await end('leaves'))()
  assert.equal(rows.length, 1)
  const [[outcome, input, output] = []] = rows
  assert.deepEqual([outcome, output], ['client-aborted', 0])
  assert.ok(input !== undefined && input >= 25 && input <= 40, `${input} tokens`)
})

test('one that begins and says nothing more is charged for the same', async (context) => {
  const { send, end } = await asked(context)
  const done = await end('leaves')
  send({ type: 'response.created', response: { id: 'r1' } })
  const rows = await done()
  const [[outcome, input] = []] = rows
  assert.deepEqual([rows.length, outcome], [1, 'client-aborted'])
  assert.ok(input !== undefined && input >= 25 && input <= 40, `${input} tokens`)
})

test('one that the upstream refuses costs nothing', async (context) => {
  const { send, end, eventId } = await asked(context)
  const done = await end('leaves')
  await sleep(50)
  send({ type: 'error', error: { code: 'conversation_already_has_active_response', event_id: eventId } })
  const rows = await done()
  assert.deepEqual(rows, [])
})

for (const [name, how] of [
  ['its gateway ends', { code: 1_001, outcome: 'client-aborted', status: 503 }],
  ['nothing was said for too long', { code: 1_001, outcome: 'timed-out', status: 504 }],
] as const)
  test(`one that never began when ${name} costs nothing`, async (context) => {
    const { end } = await asked(context)
    const rows = await (await end(how))()
    assert.deepEqual(rows, [])
  })
