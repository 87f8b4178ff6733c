// Guarantee: the owners of each domain whose record is gone are written to, also where the letter of another one, or another look, fails.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type IdentityWorld, openIdentityWorld } from '../../checks/security/identity-world.ts'
import type { LogEvent } from '../lib/index.ts'
import { checkDomain, claimDomain } from '../sign-on/index.ts'
import { openSignOn } from './open-sign-on.ts'

const DAY_MS = 86_400_000
let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

test('a letter that cannot be written, and a domain that cannot be looked at, keep no other owner from theirs', async () => {
  const { subjects, clock } = world
  const database = world.kit.appDatabase
  const zone = new Map<string, readonly string[]>()
  const textRecords = async (name: string) => zone.get(name) ?? []
  const show = async (accountId: string, domain: string): Promise<void> => {
    const id = randomUUID()
    const claimed = await database.transaction((tx) => claimDomain(tx, subjects, { id, accountId, domain, now: clock.now() }))
    zone.set(claimed.recordName ?? '', [claimed.recordText])
    await checkDomain({ database, sealing: subjects, textRecords, now: () => clock.now() }, { accountId, id })
  }
  const owners = await Promise.all(['one', 'two', 'three', 'four'].map((name) => world.customer(`${name}@elsewhere.org`)))
  for (const [index, owner] of owners.entries()) await show(owner, `gone${index}.net`)
  zone.clear()
  clock.at += DAY_MS
  const [unread, unwritten] = owners
  const unseal: typeof subjects.unseal = (subject, ...sealed) =>
    subject === unread || (subject === unwritten && sealed[1].startsWith('account-email'))
      ? Promise.reject(new Error('no key'))
      : subjects.unseal(subject, ...sealed)
  const sent: string[] = []
  const logged: LogEvent[] = []
  const jobs = openSignOn({
    ...{ config: { hasTeamSignOn: true }, appDatabase: database, textRecords },
    subjects: { ...subjects, unseal },
    clock: { now: () => clock.now(), monotonic: () => 0 },
    log: (entry) => void logged.push(entry),
    mailer: { send: async (template, to, { domain }) => void sent.push(`${template} ${to} ${domain}`) },
  }).start()
  await jobs.stop()
  assert.deepEqual(
    new Set(sent),
    new Set(['team-domain-missing four@elsewhere.org gone3.net', 'team-domain-missing three@elsewhere.org gone2.net']),
  )
  assert.deepEqual(
    new Set(logged.map(({ event, account }) => `${event} ${account}`)),
    new Set([`letter-failed ${unwritten}`, `team-domain-unchecked ${unread}`]),
  )
})
