// Guarantee: what is left empty in the form of a key sets no bound and takes one away, what is no number is never taken for none, and what the form does not
// show of a key stays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeyTexts, keyChangeOf, listOf, newKeyOf } from './key-form.ts'

const EMPTY: KeyTexts = {
  ...{ name: 'k', cap: '', window: 'day', perMinute: '', tokensPerMinute: '', atOnce: '', models: [] },
  ...{ ranges: '', until: '', countries: '', isLocal: false, isZdr: false },
}
const routing = { allow: ['one'], deny: null, countries: ['DE'], local_only: true, zdr_only: false }

test('an empty form makes a key without bounds, and takes every bound of one away that it shows', () => {
  assert.deepEqual(newKeyOf(EMPTY), { name: 'k' })
  assert.deepEqual(keyChangeOf(EMPTY, { routing: null, expiresAt: null }), {
    name: 'k',
    limits: { requests_per_minute: null, tokens_per_minute: null, concurrent_calls: null },
    ...{ spendCap: null, models: null, ipRanges: null, routing: null, expiresAt: null },
  })
})

test('a full form says all of it', () => {
  const full: KeyTexts = {
    ...{ name: 'k', cap: '$5.00', window: 'week', perMinute: '60', tokensPerMinute: '1000', atOnce: '4', models: ['m'] },
    ...{ ranges: '10.0.0.1\n2001:db8::/32, 192.0.2.0/24', until: '2027-01-31', countries: 'de, fr', isLocal: true, isZdr: true },
  }
  assert.deepEqual(newKeyOf(full), {
    name: 'k',
    limits: { requests_per_minute: 60, tokens_per_minute: 1000, concurrent_calls: 4 },
    spendCap: { amount: '5.00', window: 'week' },
    models: ['m'],
    ipRanges: ['10.0.0.1', '2001:db8::/32', '192.0.2.0/24'],
    routing: { countries: ['DE', 'FR'], local_only: true, zdr_only: true },
    expiresAt: '2027-01-31T23:59:59Z',
  })
})

test('what is no number goes to the server as it is, which refuses it by name', () => {
  assert.equal(keyChangeOf({ ...EMPTY, perMinute: 'many', tokensPerMinute: '-1' }, undefined).limits.requests_per_minute, 'many')
  assert.equal(keyChangeOf({ ...EMPTY, perMinute: '1.5' }, undefined).limits.requests_per_minute, '1.5')
})

test('upstreams that are ruled in or out stay, and so does a time whose day stays', () => {
  const key = { routing, expiresAt: '2027-01-31T08:00:00.000Z' }
  const changed = keyChangeOf({ ...EMPTY, until: '2027-01-31' }, key)
  assert.deepEqual([changed.routing, changed.expiresAt], [{ allow: ['one'] }, key.expiresAt])
  assert.equal(keyChangeOf({ ...EMPTY, until: '2027-02-01' }, key).expiresAt, '2027-02-01T23:59:59Z')
})

test('lists are read however they are written', () => {
  assert.deepEqual(listOf(' a, b;c\n\nd，e、f '), ['a', 'b', 'c', 'd', 'e', 'f'])
  assert.equal(listOf(' ,\n'), null)
})
