// Guarantee: what is sent to a webhook is signed as Standard Webhooks says, under each secret that is in use, so that any verifier of it takes it and
// takes nothing that was changed.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { SECRET_PREFIX, secretText, signedHeaders } from './sign.ts'

/** The example of the specification's own libraries. Source: https://github.com/standard-webhooks/standard-webhooks (2026-11-26). */
const VECTOR = {
  secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  message: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1_614_265_330, body: '{"test": 2432232314}' },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

/** A verifier written from the specification alone. */
function isGenuine(headers: Readonly<Record<string, string>>, body: string, secret: string): boolean {
  const key = Buffer.from(secret.startsWith('whsec_') ? secret.slice(6) : secret, 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = createHmac('sha256', key).update(signed).digest('base64')
  return (headers['webhook-signature'] ?? '').split(' ').some((one) => one === `v1,${expected}`)
}

test("the specification's own example", () => {
  const headers = signedHeaders(VECTOR.message, [Buffer.from(VECTOR.secret, 'base64')])
  assert.deepEqual(headers, {
    'webhook-id': VECTOR.message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': VECTOR.signature,
  })
})

test('a verifier takes what was signed under its secret, also while another is in use, and nothing else', () => {
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes))
  const message = fc.record({ id: fc.uuid(), timestampSeconds: fc.nat(), body: fc.json() })
  fc.assert(
    fc.property(message, secret, secret, secret, (sent, current, old, stranger) => {
      const headers = signedHeaders(sent, [current, old])
      assert.ok(secretText(current).startsWith(SECRET_PREFIX))
      for (const one of [current, old]) assert.ok(isGenuine(headers, sent.body, secretText(one)))
      assert.ok(!isGenuine(headers, `${sent.body} `, secretText(current)))
      assert.ok(!isGenuine({ ...headers, 'webhook-timestamp': `${sent.timestampSeconds + 1}` }, sent.body, secretText(current)))
      if (!stranger.equals(current) && !stranger.equals(old)) assert.ok(!isGenuine(headers, sent.body, secretText(stranger)))
    }),
  )
})
