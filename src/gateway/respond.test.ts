// Guarantee: an answer has the same bytes on the fast path as by node:http, whole or in parts, and none is begun of which a header would read as another.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { seededRandom } from '../../sim/index.ts'
import { systemClock } from '../lib/index.ts'
import { openaiChat } from '../protocols/index.ts'
import { type Answer, said, startServer } from './fast-path/testing.ts'
import type { Exchange } from './open-call.ts'
import { answerWhole, beginAnswer, callLines, sayable, UnsayableHead } from './respond.ts'

const SEED = Number(process.env['FAREBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const SILENT_MS = [150, 5_000]
/** About where a body is not copied any more to what frames it. */
const SIZES = [0, 1, 15, 16, 600, 2_047, 2_048, 2_049, 4_096, 20_000] as const

type Told = { readonly status: number; readonly lines: string; readonly isWhole: boolean; readonly parts: readonly Buffer[] }
const told = new Map<string, Told>()

const answer: Answer = async (request, response) => {
  const { status, lines, isWhole, parts } = told.get(String(request.headers['x-case'])) ?? assert.fail()
  const body = Buffer.concat(parts)
  request.resume()
  if (isWhole) {
    answerWhole(response, { status, lines: `${lines}content-length: ${body.length}\r\n`, body })
    return
  }
  beginAnswer(response, status, lines)
  for (const part of parts) response.write(part)
  response.end()
}
const fast = await startServer(answer, { clock: systemClock })
const plain = await startServer(answer)
after(() => Promise.all([fast.close(), plain.close()]))

test(`answers are alike, whatever they are made of (seed ${SEED})`, async () => {
  const random = seededRandom(SEED)
  const bytes = (size: number): Buffer => Buffer.alloc(size, random.below(256))
  for (let at = 0; at < 80; at += 1) {
    const fields = Array.from({ length: random.below(5) }, (_, place) => [`x-${place}`, random.pick(['', 'a', 'b: c', 'caf\u00e9', '\t'])])
    told.set(`${at}`, {
      status: random.pick([200, 200, 201, 204, 304, 401, 404, 502, 599]),
      lines: sayable(fields.flat()),
      isWhole: random.next() < 0.5,
      parts: Array.from({ length: random.below(4) }, () => bytes(random.pick(SIZES))),
    })
  }
  await Promise.all([...told.keys()].map(sameAnswers))
})

const answersIn = (bytes: string): number => bytes.split('HTTP/1.1 ').length - 1

async function sameAnswers(name: string): Promise<void> {
  const request = `POST /v1/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX-Case: ${name}\r\n\r\n{}`
  let [ours, nodes] = ['', '']
  for (const silentMs of SILENT_MS) {
    const talk = { pieces: [request, request], silentMs }
    ;[ours, nodes] = await Promise.all([said(fast.port, talk), said(plain.port, talk)])
    if (ours === nodes && answersIn(ours) === 2) break
  }
  assert.equal(answersIn(ours), 2, name)
  assert.equal(ours, nodes, name)
}

test('what others said goes into no head that it would change', () => {
  for (const [name, value] of [
    ['x-a', 'b\r\nset-cookie: c'],
    ['x-a', 'b\nc'],
    ['x-a', '30 \u5929'],
    ['x-a\r\nb', 'c'],
    ['x-a: b\r\nc', 'd'],
    ['', 'b'],
  ] as const) {
    assert.throws(() => sayable(['x-b', 'c', name, value]), UnsayableHead)
    const exchange = { requestId: 'r', protocol: openaiChat, payment: { headers: [name, value] } } as unknown as Exchange
    assert.throws(() => callLines(exchange), UnsayableHead)
  }
})
