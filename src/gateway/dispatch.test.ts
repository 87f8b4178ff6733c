// Guarantee: an answer that comes whole has its own time to begin, as its first byte comes when all of it is made; a stream has that of its first byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../lib/index.ts'
import { openaiChat } from '../protocols/index.ts'
import type { Route, Upstream } from '../spec/index.ts'
import { dispatch } from './dispatch.ts'
import type { Gateway } from './gateway.ts'
import type { OpenCall } from './open-call.ts'
import { targetOf } from './targets.ts'
import { UpstreamReply } from './upstream-reply.ts'

const upstream: Upstream = { serial: 1, id: 'u', kind: 'openai', baseUrl: 'http://u/v1', placement: 'local', privacy: {} }
const route: Route = { serial: 1, upstreamSerial: 1, upstreamModel: 'x', priority: 1, cost: undefined }
const MODEL = { serial: 1, id: 'm', context: 9_000, outputMax: 500, createdAt: 0, priceVersion: 1, price: [], routes: [route] }
const SETTINGS = { firstByteMs: 120_000, wholeAnswerMs: 600_000, idleMs: 60_000 }

type Times = { readonly firstByteMs: number; readonly idleMs: number }
type UploadTimes = { readonly headersTimeout: number; readonly bodyTimeout: number }

/** How long a call is waited for, in milliseconds: for its answer to begin, and where it falls silent. */
function waitsOf(stream: boolean, upload?: object): readonly number[] {
  const seen: number[] = []
  const call = openaiChat.decode(
    Buffer.from(JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'Hi' }] })),
    undefined,
  )
  const gateway = {
    ...{ clock: systemClock, settings: SETTINGS },
    upstreams: { dispatch: ({ firstByteMs, idleMs }: Times) => seen.push(firstByteMs, idleMs) },
    agent: { dispatch: ({ headersTimeout, bodyTimeout }: UploadTimes) => seen.push(headersTimeout, bodyTimeout) },
  } as unknown as Gateway
  const open = { accountId: 'a', plan: { model: MODEL }, exchange: { request: { headers: {} }, upload } } as unknown as OpenCall
  const leg = { target: targetOf(route, upstream), protocol: openaiChat, call, translation: undefined }
  void dispatch(gateway, { open, leg, key: undefined, reply: new UpstreamReply(() => undefined), onSent: () => undefined })
  return seen
}

test('a stream is waited for until its first byte, an answer that comes whole until it is made', () => {
  assert.deepEqual(waitsOf(true), [120_000, 60_000])
  assert.deepEqual(waitsOf(false), [600_000, 60_000])
})

test('so are calls whose body goes on as it comes', () => {
  const upload = { headersFor: () => ({}), send: () => Buffer.alloc(0) }
  assert.deepEqual(waitsOf(true, upload), [120_000, 60_000])
  assert.deepEqual(waitsOf(false, upload), [600_000, 60_000])
})
