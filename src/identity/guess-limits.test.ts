// Guarantee: within no window of time are more guesses counted than the limit says, whoever guesses at the same time, across midnight and a restart;
// a right guess is none; and what is kept of it names nobody.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type IdentityWorld, openIdentityWorld } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { ACCOUNT_GUESSES, ADDRESS_GUESSES, type CountedGuess, countAccountGuess, countAddressGuess } from './guess-limits.ts'

let world: IdentityWorld
let parts: Parameters<typeof countAddressGuess>[0]
before(async () => {
  world = await openIdentityWorld()
  parts = { database: world.kit.appDatabase, subjects: world.subjects, ipTags: world.ipTags, clock: world.clock }
})
after(() => world.close())

let names = 0
const fresh = (): string => {
  names += 1
  return `n${names}@example.com`
}
const tried = async (guess: Promise<CountedGuess>): Promise<CountedGuess | number> => {
  try {
    return await guess
  } catch (thrown) {
    assert.ok(thrown instanceof FailureError && thrown.failure.code === 'sign_in_limited', String(thrown))
    return thrown.failure.retryAfterSeconds ?? 0
  }
}
const isCounted = (result: CountedGuess | number): result is CountedGuess => typeof result !== 'number'

test('no window of fifteen minutes holds more than ten guesses, in whatever rhythm they come and some are right', async () => {
  const step = fc.record({ waitMs: fc.integer({ min: 0, max: 200_000 }), isRight: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
      const name = fresh()
      const wrong: number[] = []
      for (const { waitMs, isRight } of steps) {
        world.clock.at += waitMs
        const within = wrong.filter((at) => at > world.clock.at - ACCOUNT_GUESSES.windowMs).length
        const result = await tried(countAccountGuess(parts, name))
        assert.equal(isCounted(result), within < ACCOUNT_GUESSES.times)
        if (isCounted(result) && isRight) await result.forgive()
        else if (isCounted(result)) wrong.push(world.clock.at)
        else assert.ok(result >= 1 && result <= ACCOUNT_GUESSES.windowMs / 1000)
      }
    }),
    { numRuns: 10 },
  )
})

test('who waits as long as is said is let in, and not sooner', async () => {
  const name = fresh()
  for (let index = 0; index < 10; index += 1) {
    await countAccountGuess(parts, name)
    world.clock.at += 1000
  }
  const seconds = await tried(countAccountGuess(parts, name))
  assert.ok(typeof seconds === 'number')
  world.clock.at += (seconds - 1) * 1000 - 1
  assert.equal(typeof (await tried(countAccountGuess(parts, name))), 'number')
  world.clock.at += 1001
  assert.ok(isCounted(await tried(countAccountGuess(parts, name))))
})

test('of a hundred guesses at once ten are counted, in any letters', async () => {
  const name = fresh()
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, index) => tried(countAccountGuess(parts, index % 2 === 0 ? name : name.toUpperCase()))),
  )
  assert.equal(results.filter(isCounted).length, 10)
})

test('an address has a hundred an hour, also across midnight, by its network', async () => {
  const day = 86_400_000
  world.clock.at = Math.floor(world.clock.at / day) * day + 2 * day - 1_800_000
  const guess = (address: string) => tried(countAddressGuess(parts, address))
  for (let index = 0; index < 60; index += 1) assert.ok(isCounted(await guess('2001:db8::1')))
  world.clock.at += 1_800_001
  for (let index = 0; index < 40; index += 1) assert.ok(isCounted(await guess(`2001:db8::${index + 2}`)))
  assert.equal(isCounted(await guess('2001:db8::1')), false)
  assert.ok(isCounted(await guess('2001:db8:0:1::1')))
  world.clock.at += ADDRESS_GUESSES.windowMs - 1_800_001
  assert.ok(isCounted(await guess('2001:db8::1')))
})

test('of two hundred guesses at once from one address a hundred are counted; who has none is not counted', async () => {
  const results = await Promise.all(Array.from({ length: 200 }, () => tried(countAddressGuess(parts, '198.51.100.7'))))
  assert.equal(results.filter(isCounted).length, 100)
  for (const address of [undefined, 'unknown']) assert.ok(isCounted(await tried(countAddressGuess(parts, address))))
})

test('neither an e-mail nor an address is in what is kept', async () => {
  const rows = await world.kit.ownerDatabase.query<{ text: string }>(sql`
    select g::text as text from sign_in_guess g union all select a::text from sign_in_address a`)
  assert.ok(rows.length > 0)
  assert.ok(!rows.some(({ text }) => /example|198\.51|2001:db8/.test(text)))
})
