// Guarantee: every path is served by one plane or by none, and what would have to store content is refused with the reason, whatever the
// method and under every prefix at which calls are taken.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicMessages, gemini, openaiChat, PROTOCOL_PATHS, protocolOfSurface, STORING_SURFACES } from '../protocols/index.ts'
import { allowedMethods, destinationOf } from './paths.ts'

const kindAt = (path: string) => destinationOf(path)?.kind

test('surfaces that store are known with all that lies below them', () => {
  for (const { path } of STORING_SURFACES) {
    if (path !== '/v1/responses') assert.equal(kindAt(path), 'storing', path)
    assert.equal(kindAt(`${path}/abc_123`), 'storing', path)
    assert.equal(kindAt(`${path}/abc_123/content`), 'storing', path)
    assert.equal(kindAt(`/api/proxy${path}/abc_123`), 'storing', path)
    assert.notEqual(kindAt(`${path}x`), 'storing', path)
  }
  for (const path of ['/v1/responses/resp_1/input_items', '/api/proxy/responses/resp_1/cancel', '/api/proxy/files', '/anthropic/v1/files'])
    assert.equal(kindAt(path), 'storing', path)
})

test('calls, counts and our own paths stay what they are', () => {
  for (const path of PROTOCOL_PATHS.keys()) assert.equal(kindAt(path), 'call', path)
  for (const path of ['/v1/responses/input_tokens', '/v1beta/models/m:countTokens', '/v1beta/models/m:generateContent'])
    assert.equal(kindAt(path), 'call', path)
  assert.equal(kindAt('/v1/responses/compact'), undefined)
  assert.equal(kindAt('/v1/models/files'), 'models')
  assert.equal(kindAt('/v1/usage'), 'control')
  assert.equal(kindAt('/api/files'), 'control')
  assert.equal(kindAt('/files'), undefined)
})

test('methods', () => {
  const methods = (path: string) => allowedMethods(destinationOf(path) ?? assert.fail(path))
  assert.deepEqual(methods('/v1/responses'), ['POST'])
  assert.deepEqual(methods('/v1/responses/input_tokens'), ['POST'])
  for (const method of ['GET', 'POST', 'DELETE']) assert.ok(methods('/v1/responses/resp_1').includes(method))
})

test('the error comes in words that the surface’s clients read', () => {
  const surface = (path: string) => STORING_SURFACES.find((one) => one.path === path) ?? assert.fail(path)
  assert.equal(protocolOfSurface(surface('/v1/files'), {}), openaiChat)
  assert.equal(protocolOfSurface(surface('/v1/files'), { 'anthropic-version': '2023-06-01' }), anthropicMessages)
  assert.equal(protocolOfSurface(surface('/v1/messages/batches'), {}), anthropicMessages)
  assert.equal(protocolOfSurface(surface('/v1/batches'), { 'anthropic-version': '2023-06-01' }), openaiChat)
  for (const path of ['/v1/interactions', '/v1beta/interactions']) assert.equal(protocolOfSurface(surface(path), {}), gemini)
  for (const path of ['/v1/files', '/v1/batches', '/v1/cachedContents', '/upload/v1/files'])
    assert.equal(protocolOfSurface(surface(path), { 'x-goog-api-key': 'k' }), gemini)
})

test('what has a model answer later is refused as what it would have to store, in both versions of the path', () => {
  for (const version of ['v1', 'v1beta'])
    for (const method of ['batchGenerateContent', 'asyncBatchEmbedContent']) {
      const destination = destinationOf(`/${version}/models/maker/m-1:${method}`)
      assert.equal(destination?.kind === 'storing' && destination.surface.path, `/${version}/batches`)
    }
  assert.equal(kindAt('/v1/models/m:generateContent'), 'call')
  assert.equal(kindAt('/v1/models/m:free'), 'models')
})

test('no path with a way up, an empty step or a hidden name in it is anybody’s', () => {
  const steps = ['..', '.', '%2e%2e', '%2e', '.env', '.git/config', '', '%2f', '%5c..', '..%2f', '\\..']
  const places = ['/models', '/docs', '/dashboard', '/privacy/history', '/app/assets', '/sign-in/with', '/brand', '/v1/receipts']
  for (const place of places)
    for (const step of steps) for (const path of [`${place}/${step}/x`, `${place}/a/${step}/x`]) assert.equal(kindAt(path), undefined, path)
  for (const place of ['/app/assets', '/.well-known', '/.well-known/a'])
    for (const step of ['..', '.', '.env', '']) assert.equal(kindAt(`${place}/${step}`), undefined, `${place}/${step}`)
  for (const path of [
    '/models/maker/model-1.5:free',
    '/app/assets/index-a.b.js',
    '/app/assets/-x_1.css',
    '/.well-known/security.txt',
    '/.well-known/a/b',
  ])
    assert.equal(kindAt(path), 'control', path)
})
