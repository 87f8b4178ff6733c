// A user is told apart at an upstream and recognised nowhere else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pseudonymOf } from './pseudonym.ts'

const who = { accountId: '0190a5d2-0000-7000-8000-000000000001', upstreamId: 'a', name: 'ann@example.com' }

test('the same user has the same pseudonym, which says nothing of the name', () => {
  assert.equal(pseudonymOf(who), pseudonymOf({ ...who }))
  assert.match(pseudonymOf(who), /^[\w-]{22}$/)
})

test('another user, upstream or account has another', () => {
  const others = [{ name: 'bob' }, { upstreamId: 'b' }, { accountId: '0190a5d2-0000-7000-8000-000000000002' }]
  assert.equal(new Set([who, ...others.map((other) => ({ ...who, ...other }))].map(pseudonymOf)).size, 4)
})
