// A description is made once however often it is asked for, and is the same in every packing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import type { ApiEnv } from './dependencies.ts'
import { keptDocument } from './kept-document.ts'

const DOCUMENT = { paths: { '/a': {} }, text: 'a'.repeat(1000) }

test('a document is made once and packed as asked', async () => {
  let made = 0
  const app = new Hono<ApiEnv>()
  const answer = keptDocument(() => {
    made += 1
    return DOCUMENT
  })
  app.get('/d', (c) => answer(c))
  assert.equal(made, 0, 'nobody has asked')
  const ask = async (headers: Record<string, string>) => await app.request('/d', { headers })
  const plain = await ask({})
  assert.deepEqual([plain.status, plain.headers.get('content-encoding'), await plain.json()], [200, null, DOCUMENT])
  assert.equal(plain.headers.get('cache-control'), 'no-store')
  for (const [accepted, coding, unpack] of [
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
  ] as const) {
    const packed = await ask({ 'accept-encoding': accepted })
    assert.equal(packed.headers.get('content-encoding'), coding)
    assert.deepEqual(JSON.parse(unpack(Buffer.from(await packed.arrayBuffer())).toString()), DOCUMENT)
  }
  assert.equal(made, 1)
})
