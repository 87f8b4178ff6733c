// Guarantee: over a real connection guesses at the operator listener are counted by where they come from, whatever a client says of it, and the
// address itself lies nowhere.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createServer, request, type Server } from 'node:http'
import { after, before, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeOperatorDesk } from '../operators/index.ts'
import { keyringOf, makeIpTags } from '../privacy/index.ts'
import { operatorApp } from './operator-app.ts'
import { testWorld } from './test-world.ts'

let kit: TestDatabase
let server: Server
let port: number
before(async () => {
  kit = await createTestDatabase()
  const { dependencies } = testWorld(kit.appDatabase)
  const days = new Map<string, Buffer>()
  const store = {
    readDay: async (day: string) => days.get(day),
    addDay: async (day: string, wrapped: Buffer) => days.set(day, days.get(day) ?? wrapped).get(day) ?? wrapped,
    removeDaysBefore: async () => 0,
  }
  const { subjects, ids, log } = dependencies
  const operators = makeOperatorDesk({
    ...{ database: kit.appDatabase, subjects, ids, log, clock: { now: Date.now }, random: randomBytes, mailer: undefined },
    ipTags: makeIpTags(store, keyringOf(new Map([[1, randomBytes(32)]]))),
    ...{ service: 'shop', scheme: 'argon2id', url: 'http://localhost:1', tokenHash: randomBytes(32) },
  })
  const listener = getRequestListener(operatorApp({ ...dependencies, operators }).fetch)
  server = createServer((incoming, outgoing) => void listener(incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
after(async () => {
  server.closeAllConnections()
  server.close()
  await kit.drop()
})

/** Tries a wrong token from 127.0.0.1; resolves with the status. */
const guess = (forwardedFor: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const origin = `http://127.0.0.1:${port}`
    const headers = { 'content-type': 'application/json', origin, 'x-forwarded-for': forwardedFor, 'x-farebox-address': forwardedFor }
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/operator/auth/sign-in', headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode))
    })
    sent.once('error', reject)
    sent.end(JSON.stringify({ token: 'a wrong one' }))
  })

test('the hundred and first wrong guess of an address is refused, by whichever address it says it comes', async () => {
  const statuses: (number | undefined)[] = []
  for (let tries = 0; tries < 101; tries += 1) statuses.push(await guess(`198.51.100.${tries}`))
  assert.deepEqual([new Set(statuses.slice(0, 100)), statuses[100]], [new Set([401]), 429])
  const rows = await kit.ownerDatabase.query<{ text: string }>(sql`select a::text as text from sign_in_address a`)
  assert.equal(rows.length, 1)
  assert.ok(!rows[0]?.text.includes('127.0.0.1') && !rows[0]?.text.includes(Buffer.from('127.0.0.1').toString('hex')))
})
