// Guarantee: a side of a session that reads nothing has a bounded number of bytes waiting for it, whatever it or the other side sends; what
// waits is neither lost nor taken back, and of many pings the last is answered.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { UpstreamSession } from './connect-upstream.ts'
import { RealtimeSession } from './session.ts'
import { fakeSession, PLAN, type SocketPair, socketPair } from './testing.ts'

/** From this on a side is waited for, before the next message. */
const WAITING_BYTES = 1_048_576
const EVENT_BYTES = 1_024
const PONG_BYTES = 131
const TURNS_OF_QUIET = 20

type Running = { readonly client: SocketPair; readonly upstream: SocketPair }

/** A session that runs. The client's own end is `client.opened`, the upstream's `upstream.accepted`; the others are the gateway's. */
async function running(context: TestContext): Promise<Running> {
  const [client, upstream] = [await socketPair(), await socketPair()]
  const { gateway, funds } = fakeSession(Number.POSITIVE_INFINITY)
  const [leg] = PLAN.legs
  assert.ok(leg !== undefined)
  const attempt = { broke: () => undefined, end: () => undefined } as unknown as UpstreamSession['attempt']
  upstream.opened.pause()
  const session = new RealtimeSession(gateway, {
    ...{ client: client.accepted, upstream: { socket: upstream.opened, leg, attempt }, funds },
    ...{ meter: { plan: PLAN, planTranscript: () => PLAN }, idleMs: 600_000, onEnd: () => undefined },
  })
  session.run()
  context.after(() => {
    session.end({ code: 1_000, outcome: 'client-aborted', status: 499 })
    for (const { opened, accepted } of [client, upstream]) for (const socket of [opened, accepted]) socket.terminate()
  })
  return { client, upstream }
}

/** Resolves when nothing moves between the sockets any more, and what was heard grows no further. */
async function quiet({ client, upstream }: Running, heard: readonly unknown[]): Promise<void> {
  const waiting = (): string =>
    [heard.length, ...[client, upstream].flatMap(({ opened, accepted }) => [opened.bufferedAmount, accepted.bufferedAmount])].join()
  for (let last = '', turns = 0; turns < TURNS_OF_QUIET; turns += 1) {
    if (waiting() !== last) turns = 0
    last = waiting()
    await nextTurn()
  }
}

const heardBy = (socket: WebSocket): { readonly type: string }[] => {
  const heard: { readonly type: string }[] = []
  socket.on('message', (data) => heard.push(JSON.parse((data as Buffer).toString()) as { readonly type: string }))
  return heard
}

test('a client that sends what is no event and reads nothing is read no further, and told all of it once it reads', async (context) => {
  const session = await running(context)
  const { opened, accepted } = session.client
  const heard = heardBy(opened)
  const sent = 8_000
  opened.pause()
  for (let count = 0; count < sent; count += 1) opened.send('no event '.repeat(12))
  await quiet(session, heard)
  assert.ok(accepted.bufferedAmount <= WAITING_BYTES + EVENT_BYTES, `${accepted.bufferedAmount} bytes wait for the client`)
  assert.ok(opened.bufferedAmount > 0, 'all of it was read')
  opened.resume()
  await quiet(session, heard)
  assert.equal(heard.filter(({ type }) => type === 'error').length, sent)
})

for (const side of ['client', 'upstream'] as const) {
  test(`pings of a side that reads nothing leave one pong waiting, and the last of them is answered (${side})`, async (context) => {
    const session = await running(context)
    const { opened, accepted } = session[side]
    const [own, gateways] = side === 'client' ? [opened, accepted] : [accepted, opened]
    const heard: string[] = []
    own.on('pong', (data) => heard.push(String(data)))
    own.pause()
    const sent = 20_000
    for (let count = 1; count <= sent; count += 1) own.ping(String(count).padStart(125))
    await quiet(session, heard)
    assert.ok(gateways.bufferedAmount <= PONG_BYTES, `${gateways.bufferedAmount} bytes wait for the ${side}`)
    own.resume()
    await quiet(session, heard)
    assert.equal(heard.at(-1)?.trim(), String(sent))
  })

  test(`each ping is answered that comes after the answer to the one before (${side})`, async (context) => {
    const session = await running(context)
    const { opened, accepted } = session[side]
    const own = side === 'client' ? opened : accepted
    const heard: string[] = []
    own.on('pong', (data) => heard.push(String(data)))
    for (const word of ['one', '', 'three']) {
      own.ping(word)
      await quiet(session, heard)
    }
    assert.deepEqual(heard, ['one', '', 'three'])
  })
}

test('an upstream that reads nothing and has its answers ended is read no further, and told each end once it reads', async (context) => {
  const session = await running(context)
  const { client, upstream } = session
  const heard = heardBy(upstream.accepted)
  upstream.accepted.pause()
  client.opened.send(JSON.stringify({ type: 'x', words: 'a'.repeat(2 * WAITING_BYTES) }))
  await quiet(session, heard)
  const before = upstream.opened.bufferedAmount
  assert.ok(before > WAITING_BYTES)
  const answers = 500
  for (let count = 0; count < answers; count += 1) {
    const response = { id: `r${count}` }
    upstream.accepted.send(JSON.stringify({ type: 'response.created', response }))
    upstream.accepted.send(JSON.stringify({ type: 'response.output_text.delta', response_id: response.id, delta: 'ferry '.repeat(200) }))
    upstream.accepted.send(JSON.stringify({ type: 'response.done', response }))
  }
  await quiet(session, heard)
  const grown = upstream.opened.bufferedAmount - before
  assert.ok(grown <= EVENT_BYTES, `${grown} bytes more wait for the upstream`)
  upstream.accepted.resume()
  await quiet(session, heard)
  assert.equal(heard.filter(({ type }) => type === 'response.cancel').length, answers)
})
