// Guarantee: a client that is refused a session is told why, and its connection ends, whatever the client does with its side of it.
import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { failure } from '../../failures.ts'
import { SOCKET_BOUNDS } from './bounds.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'

const refused = failure('key_missing')

test('a client that ends its side is told and has its connection closed, whatever it sent', async () => {
  const [own, client] = duplexPair()
  client.end(Buffer.alloc(1_000_000))
  refuseUpgrade(own, refused, 'id')
  const told = await text(client)
  for (let turns = 0; turns < 100 && !own.destroyed; turns += 1) await nextTurn()
  assert.equal(own.destroyed, true)
  assert.match(told, /^HTTP\/1\.1 401 /)
  assert.ok(told.includes('"key_missing"') && told.includes('x-request-id: id'))
})

test('one that neither reads nor ends is let go', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const [own] = duplexPair()
  refuseUpgrade(own, refused, 'id')
  context.mock.timers.tick(SOCKET_BOUNDS.closeTimeout - 1)
  assert.equal(own.destroyed, false)
  context.mock.timers.tick(1)
  assert.equal(own.destroyed, true)
})
