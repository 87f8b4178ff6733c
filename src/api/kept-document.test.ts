// A description is made once however often it is asked for, is the same in every packing, and is not sent to whoever has it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import type { ApiEnv } from './dependencies.ts'
import { keptDocument } from './kept-document.ts'

const DOCUMENT = { paths: { '/a': {} }, text: 'a'.repeat(1000) }

test('a document is made once, packed as asked, and told by its tag', async () => {
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
  const tag = plain.headers.get('etag') ?? ''
  for (const [accepted, coding, unpack] of [
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
  ] as const) {
    const packed = await ask({ 'accept-encoding': accepted })
    assert.deepEqual([packed.headers.get('content-encoding'), packed.headers.get('etag')], [coding, tag])
    assert.deepEqual(JSON.parse(unpack(Buffer.from(await packed.arrayBuffer())).toString()), DOCUMENT)
  }
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
    const unchanged = await ask({ 'if-none-match': known })
    assert.deepEqual([unchanged.status, await unchanged.text()], [304, ''])
  }
  assert.equal((await ask({ 'if-none-match': '"other"' })).status, 200)
  assert.equal(made, 1)
})
