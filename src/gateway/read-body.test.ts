// Guarantee: of a body no more is kept than it may have, whether it says how long it is, lies or says nothing, and what is packed or no JSON is not read.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { FailureError } from '../failures.ts'
import type { CallRequest } from './call-request.ts'
import { readBody } from './read-body.ts'

const MAX = 1000

/** Reads a body that comes in these parts; resolves with its length, or with the code of what it fails with and how many parts were looked at. */
async function read(parts: readonly Buffer[], headers: Readonly<Record<string, string>> = {}): Promise<number | string> {
  const emitter = new EventEmitter()
  const request = Object.assign(emitter, { headers, destroyed: false }) as unknown as CallRequest
  const body = Promise.try(readBody, request, { bytesMax: MAX, share: { take: () => undefined } }).then(
    ({ length }) => length,
    (thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown)),
  )
  for (const part of parts) emitter.emit('data', part)
  emitter.emit('end')
  const told = await body
  assert.deepEqual([emitter.listenerCount('data'), emitter.listenerCount('end')], [0, 0], 'it is still listened to')
  return told
}

test('a body as long as it may be is read, one byte more is refused, in however many parts it comes', async () => {
  assert.equal(await read([Buffer.alloc(MAX)]), MAX)
  assert.equal(await read([Buffer.alloc(MAX + 1)]), 'body_too_large')
  const byteByByte = (length: number): readonly Buffer[] => Array.from({ length }, () => Buffer.alloc(1))
  assert.equal(await read(byteByByte(MAX)), MAX)
  assert.equal(await read(byteByByte(MAX + 1)), 'body_too_large')
})

test('what it says of its length can refuse it, and admits nothing', async () => {
  assert.equal(await read([], { 'content-length': String(MAX + 1) }), 'body_too_large')
  assert.equal(await read([Buffer.alloc(MAX + 1)], { 'content-length': '10' }), 'body_too_large')
})

test('what is packed, or said to be something else than JSON, is not read', async () => {
  assert.equal(await read([Buffer.alloc(9)], { 'content-encoding': 'gzip' }), 'body_encoded')
  assert.equal(await read([Buffer.alloc(9)], { 'content-type': 'text/plain' }), 'body_not_json')
  assert.equal(await read([Buffer.alloc(9)], { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'identity' }), 9)
})
