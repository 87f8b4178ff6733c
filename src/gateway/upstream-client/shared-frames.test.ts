// A reply in HTTP/2 is told as whole exactly when its last frame says so, and its bytes are its own, however frames of many are mixed and cut.
import assert from 'node:assert/strict'
import http2 from 'node:http2'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import tls, { type TLSSocket } from 'node:tls'
import fc from 'fast-check'
import { certificateFor } from '../../../sim/index.ts'
import type { ReplyControl } from './reply-handler.ts'
import { ask, endAll, listening, many, newClient, trust } from './testing.ts'

const certificate = certificateFor('localhost')
trust(certificate.cert)
endAll()

const [DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY] = [0, 1, 3, 4, 7]
const [END_STREAM, END_HEADERS, ACK] = [1, 4, 1]
const FRAME_HEAD_BYTES = 9
const PREFACE_BYTES = 24
/** `:status: 200` by its number. Source: RFC 7541 Appendix A (2015-05). */
const HEAD = Buffer.from([0x88])

/** A frame. Source: RFC 9113 §4.1 (2022-06). */
function frame(type: number, about: { readonly flags?: number; readonly id?: number; readonly payload?: Buffer }): Buffer {
  const { flags = 0, id = 0, payload = Buffer.alloc(0) } = about
  const head = Buffer.alloc(FRAME_HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(id, 5)
  return Buffer.concat([head, payload])
}

function number32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

/** An upstream that writes frames by hand once so many requests have come. */
function upstreamOf(count: () => number, answer: (socket: TLSSocket) => void): Promise<string> {
  const server = tls.createServer({ ...certificate, ALPNProtocols: ['h2'] }, (socket) => {
    let [rest, requests]: [Buffer, number] = [Buffer.alloc(0), 0]
    let skipped = PREFACE_BYTES
    socket.on('error', () => undefined)
    socket.write(Buffer.concat([frame(SETTINGS, {}), frame(SETTINGS, { flags: ACK })]))
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      for (;;) {
        const size = rest.length - skipped < FRAME_HEAD_BYTES ? Number.POSITIVE_INFINITY : rest.readUIntBE(skipped, 3) + FRAME_HEAD_BYTES
        if (rest.length - skipped < size) return
        if (rest[skipped + 3] === HEADERS) requests += 1
        if (rest[skipped + 3] === HEADERS && requests === count()) answer(socket)
        rest = rest.subarray(skipped + size)
        skipped = 0
      }
    })
  })
  return listening(server)
}

const ENDS = ['flag', 'empty frame', 'reset', 'reset after its end', 'open'] as const
const REPLY = fc.record({
  hasHead: fc.boolean(),
  sizes: fc.array(fc.nat(2_000), { maxLength: 6 }),
  end: fc.constantFrom(...ENDS),
  code: fc.constantFrom(0, 1, 2, 7, 8, 11),
  /** How long its taker has it wait after its first piece. */
  pauseMs: fc.constantFrom(0, 0, 1, 15),
})
type Reply = typeof REPLY extends fc.Arbitrary<infer T> ? T : never
const ROUND = fc.record({
  replies: fc.array(REPLY, { minLength: 1, maxLength: 8 }),
  turns: fc.array(fc.nat(7), { maxLength: 60 }),
  cuts: fc.array(fc.nat(20_000), { maxLength: 12 }),
  close: fc.constantFrom('destroyed', 'told'),
})

/** The frames of a reply on a stream, whose data is its number. */
function framesOf({ hasHead, sizes, end, code }: Reply, id: number): Buffer[] {
  const frames = hasHead ? [frame(HEADERS, { flags: END_HEADERS, id, payload: HEAD })] : []
  const isEnded = end !== 'reset' && end !== 'open'
  if (hasHead) {
    for (const [index, size] of sizes.entries()) {
      const isLast = index === sizes.length - 1 && end === 'flag'
      frames.push(frame(DATA, { id, flags: isLast ? END_STREAM : 0, payload: Buffer.alloc(size, id) }))
    }
    if (isEnded && (end !== 'flag' || sizes.length === 0)) frames.push(frame(DATA, { id, flags: END_STREAM }))
  }
  if (end.startsWith('reset')) frames.push(frame(RST_STREAM, { id, payload: number32(code) }))
  return frames
}

const isWhole = ({ hasHead, end }: Reply): boolean => hasHead && end !== 'reset' && end !== 'open'

/** Frames of many, each reply's in their order. */
function mixed(all: Buffer[][], turns: readonly number[]): Buffer {
  const out: Buffer[] = []
  for (const turn of turns) {
    const next = all[turn % all.length]?.shift()
    if (next !== undefined) out.push(next)
  }
  return Buffer.concat([...out, ...all.flat()])
}

function pausing(millis: number): (control: ReplyControl) => void {
  let isFirst = millis > 0
  return (control) => {
    if (isFirst) control.pause()
    if (isFirst) setTimeout(() => control.resume(), millis)
    isFirst = false
  }
}

test('property: only a reply whose last frame came is whole, whatever is reset, left open or cut off with its connection', async (t) => {
  const seed = Date.now() % 2 ** 31
  t.diagnostic(`seed ${seed}`)
  let round: typeof ROUND extends fc.Arbitrary<infer T> ? T : never = { replies: [], turns: [], cuts: [], close: 'destroyed' }
  const answer = async (socket: TLSSocket): Promise<void> => {
    const frames = round.replies.map((reply, index) => framesOf(reply, 2 * index + 1))
    const bytes = mixed(frames, round.turns)
    const places = [0, ...round.cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
    for (const [index, from] of places.entries()) {
      socket.write(bytes.subarray(from, places[index + 1] ?? from))
      await nextTurn()
    }
    const code = http2.constants.NGHTTP2_INTERNAL_ERROR
    if (round.close === 'told') socket.write(frame(GOAWAY, { payload: Buffer.concat([number32(0), number32(code)]) }))
    socket.end()
  }
  const origin = await upstreamOf(
    () => round.replies.length,
    (socket) => void answer(socket),
  )
  await fc.assert(
    fc.asyncProperty(ROUND, async (drawn) => {
      round = drawn
      const client = newClient()
      const told = await many(drawn.replies.length, (index) => ask(client, origin, { onData: pausing(drawn.replies[index]?.pauseMs ?? 0) }))
      client.close()
      for (const [index, reply] of drawn.replies.entries()) {
        const { error, body, status } = told[index] ?? assert.fail()
        const size = reply.sizes.reduce((sum, one) => sum + one, 0)
        assert.equal(error, isWhole(reply) ? undefined : 'UPSTREAM_CONNECTION_LOST')
        assert.ok(body.every((byte) => byte === 2 * index + 1))
        if (isWhole(reply)) assert.deepEqual([status, body.length], [200, size])
        else assert.ok(body.length <= (reply.hasHead ? size : 0))
      }
    }),
    { numRuns: 150, seed },
  )
})

test('a body that is longer or shorter than its head says, or comes before it, is not whole', async () => {
  const withLength = (length: string): Buffer => Buffer.concat([HEAD, Buffer.from([0x0f, 0x0d, length.length]), Buffer.from(length)])
  const bad: readonly (readonly Buffer[])[] = [
    [
      frame(HEADERS, { flags: END_HEADERS, id: 1, payload: withLength('5') }),
      frame(DATA, { flags: END_STREAM, id: 1, payload: Buffer.from('four') }),
    ],
    [
      frame(HEADERS, { flags: END_HEADERS, id: 1, payload: withLength('3') }),
      frame(DATA, { flags: END_STREAM, id: 1, payload: Buffer.from('four') }),
    ],
    [frame(DATA, { flags: END_STREAM, id: 1, payload: Buffer.from('four') })],
    [frame(HEADERS, { flags: END_HEADERS, id: 1, payload: Buffer.from([0xff, 0xff, 0xff]) })],
    [frame(HEADERS, { flags: END_HEADERS, id: 3, payload: HEAD })],
    [Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')],
  ]
  for (const frames of bad) {
    const origin = await upstreamOf(
      () => 1,
      (socket) => socket.write(Buffer.concat([...frames])),
    )
    const { error } = await ask(newClient(), origin, { firstByteMs: 500 })
    assert.match(String(error), /^UPSTREAM_(CONNECTION_LOST|HEAD_TIMEOUT)$/)
  }
})
