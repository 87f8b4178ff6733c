// Guarantee: an invitation comes through signing in and up whole, and nothing else behind a # is taken for one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typedInvitation, withInvitation } from './invitation.ts'

const CODE = `fbt_${'a-_Z'.repeat(10)}abc`

test('a code is read alone and out of the link that has it', () => {
  assert.equal(typedInvitation(`  ${CODE}\n`), CODE)
  assert.equal(typedInvitation(`https://shop.example${withInvitation('/dashboard/join', CODE)}`), CODE)
  for (const wrong of ['', CODE.slice(1), `${CODE}x`, `https://shop.example/?invitation=${CODE}`, '#invitation=//evil.example'])
    assert.equal(typedInvitation(wrong), undefined, wrong)
})

test('a path without an invitation stays as it is', () => {
  assert.equal(withInvitation('/sign-in', undefined), '/sign-in')
})
