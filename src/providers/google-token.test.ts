// Guarantee: one token serves all calls until it is about to end, and one that could not be had is asked for again.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { MockAgent } from 'undici'
import { tokenSource } from './google-token.ts'

const private_key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const HOUR = 3_600_000

test('a token is shared, renewed five minutes before its end, and asked for again after a failure', async () => {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const told: [number, object][] = [
    [200, { access_token: 'one' }],
    [200, { access_token: 'two' }],
    [503, {}],
    [200, { access_token: 'three' }],
  ]
  const google = agent.get('https://oauth2.googleapis.com')
  for (const [status, body] of told) google.intercept({ path: '/token', method: 'POST' }).reply(status, body)
  const tokenAt = tokenSource({ client_email: 'e', private_key, project_id: 'p' })
  assert.deepEqual(await Promise.all([tokenAt(agent, 0), tokenAt(agent, 1), tokenAt(agent, HOUR - 300_001)]), ['one', 'one', 'one'])
  assert.equal(await tokenAt(agent, HOUR - 300_000), 'two')
  await assert.rejects(tokenAt(agent, 3 * HOUR), /no token was given: 503/)
  assert.equal(await tokenAt(agent, 3 * HOUR), 'three')
  agent.assertNoPendingInterceptors()
  await agent.close()
})
