// Guarantee: a request is signed as AWS checks it; a changed byte anywhere makes another signature.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type AwsRequest, signForAws } from './aws-signature.ts'

const signer = {
  accessKeyId: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
}
const request: AwsRequest = {
  host: 'example.amazonaws.com',
  path: '/',
  headers: {},
  body: Buffer.alloc(0),
  now: Date.UTC(2015, 7, 30, 12, 36, 0),
}
const signature = (changed: Partial<AwsRequest>): string =>
  signForAws({ ...request, ...changed }, signer)['authorization']?.split('Signature=')[1] ?? ''

test("AWS's own examples: post-vanilla, with a header, with a query", () => {
  const signed = signForAws(request, signer)
  assert.equal(signed['x-amz-date'], '20150830T123600Z')
  assert.equal(
    signed['authorization'],
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
      'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  )
  assert.equal(signature({ headers: { 'my-header1': 'VALUE1' } }), 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d')
  assert.equal(signature({ path: '/?Param1=value1' }), '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11')
})

test('every part of a request is signed', () => {
  const made = fc.record({
    host: fc.domain(),
    path: fc.webPath({ size: 'small' }).map((path) => `/${path.replace(/^\/+/, '')}`),
    headers: fc.constantFrom({}, { 'content-type': 'application/json' }, { 'anthropic-version': '2023-06-01' }),
    body: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    now: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000),
  })
  fc.assert(
    fc.property(made, made, (one, two) => {
      const isSame = JSON.stringify(one) === JSON.stringify(two)
      assert.equal(signature(one) === signature(two), isSame)
    }),
    { numRuns: 300 },
  )
})
