// Guarantee: an account and an address begin no more payments in an hour than the limits say, whichever node they come through and however many
// come at once; they are told how long to wait; codes that were right do not count; and what one thing is limited by never limits another.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type IdentityWorld, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { ABUSE_DEFAULTS, abuseSettingsOf, makeVelocity, type Velocity } from './index.ts'

let world: IdentityWorld
let velocity: Velocity
/** As on another node: the same database, nothing else in common. */
let elsewhere: Velocity
before(async () => {
  world = await openIdentityWorld()
  const limits = abuseSettingsOf({ velocity: { topups_per_account: 5, topups_per_address: 8, codes_per_address: 3 } }).velocity
  const parts = { database: world.kit.appDatabase, subjects: world.subjects, ipTags: world.ipTags, clock: world.clock, limits }
  velocity = makeVelocity(parts)
  elsewhere = makeVelocity({ ...parts })
})
after(() => world.close())

const from = (address: string | undefined) => ({ address, userAgent: undefined })
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'counted'
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError, String(thrown))
    assert.ok((thrown.failure.retryAfterSeconds ?? 0) >= 1, 'nobody is told how long to wait')
    return thrown.failure.code
  }
}
const countOf = (codes: readonly string[], code: string) => codes.filter((one) => one === code).length

test('of thirty payments that an account begins at once through two nodes five are begun', async () => {
  const account = randomUUID()
  const codes = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      codeOf((index % 2 === 0 ? velocity : elsewhere).countTopup(account, from(`203.0.113.${index}`))),
    ),
  )
  assert.deepEqual([countOf(codes, 'counted'), countOf(codes, 'topup_limited')], [5, 25])
  world.clock.at += 3_600_001
  assert.equal(await codeOf(velocity.countTopup(account, from(undefined))), 'counted', 'an hour later it is limited still')
})

test('of accounts that one address begins payments for eight are let through', async () => {
  const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(velocity.countTopup(randomUUID(), from('198.51.100.7')))))
  assert.equal(countOf(codes, 'counted'), 8)
  assert.equal(await codeOf(velocity.countTopup(randomUUID(), from('198.51.100.8'))), 'counted')
})

test('wrong codes are limited by address, right ones are not, and neither stands in the way of a payment', async () => {
  const visitor = from('192.0.2.1')
  for (let index = 0; index < 10; index += 1) await (await velocity.countCode(visitor)).forgive()
  for (let index = 0; index < 3; index += 1) await velocity.countCode(visitor)
  assert.equal(await codeOf(velocity.countCode(visitor)), 'redeem_limited')
  assert.equal(await codeOf(velocity.countTopup(randomUUID(), visitor)), 'counted')
})

test('nothing of an address is kept that another day would know again', async () => {
  const kept = await world.kit.ownerDatabase.query<{ text: string }>(sql`select s::text as text from sign_in_address s`)
  assert.ok(kept.length > 0, 'blind: nothing is kept')
  assert.ok(!kept.some(({ text }) => /\d+\.\d+\.\d+\.\d+/.test(text)))
})

test('what is usual is set where nothing is said', () => {
  assert.deepEqual(ABUSE_DEFAULTS.velocity, {
    ...{ signUpsPerAddress: 20, topupsPerAccount: 20, topupsPerAddress: 40, codesPerAddress: 30, signupCreditsPerDay: 100 },
  })
  assert.deepEqual([ABUSE_DEFAULTS.spike, ABUSE_DEFAULTS.oneAccount, ABUSE_DEFAULTS.defaultDailyCap], [undefined, undefined, undefined])
})
