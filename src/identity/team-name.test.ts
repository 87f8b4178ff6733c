// Guarantee: a name of a team holds nothing that a mail program makes a link of, as it stands in letters to strangers; by property, the seed printed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isTeamName } from './team-name.ts'

const SEED = Date.now() % 1_000_000

test('names of teams as people give them are taken', () => {
  for (const name of ['Acme', 'Ada & Co.', '研发一组', 'R. Daneel 2', 'Team №4 (Berlin)', 'v1.2']) assert.ok(isTeamName(name), name)
})

test(`no host, address or path is a name, whatever stands around it (seed ${SEED})`, () => {
  const around = fc.string({ maxLength: 10 })
  const host = fc.domain()
  const address = fc.oneof(host, fc.emailAddress(), fc.webUrl(), fc.constantFrom('www.x', 'evil.com', 'a@b.co', 'HTTPS://X', '例子.中国'))
  fc.assert(
    fc.property(around, address, around, (before, link, after) => assert.equal(isTeamName(before + link + after), false)),
    { seed: SEED },
  )
})
