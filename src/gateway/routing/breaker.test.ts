// Guarantee: a breaker is closed, open or half open by its rule and nothing else; half open it lets one call at a time try, and never rests
// longer than it may.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Breaker, type BreakerRule, type Passage } from './breaker.ts'
import { testChance } from './testing.ts'

const RULE: BreakerRule = { inRow: 3, inWindow: 6, restMs: 1_000, restMsMax: 8_000 }

const failOnce = (breaker: Breaker): void => breaker.fail(breaker.begin())

test('failures in a row open it, a rest makes it half open, one good probe closes it', () => {
  const chance = testChance()
  const breaker = new Breaker(RULE, chance)
  failOnce(breaker)
  failOnce(breaker)
  breaker.succeed(breaker.begin())
  failOnce(breaker)
  failOnce(breaker)
  assert.equal(breaker.state, 'closed')
  failOnce(breaker)
  assert.equal(breaker.state, 'open')
  assert.equal(breaker.isAdmitting, false)
  chance.pass(breaker.restMsLeft)
  assert.equal(breaker.state, 'half-open')
  const probe = breaker.begin()
  assert.equal(breaker.isAdmitting, false)
  breaker.succeed(probe)
  assert.equal(breaker.state, 'closed')
})

test('half of the last calls failing opens it as well', () => {
  const breaker = new Breaker(RULE, testChance())
  for (let call = 0; call < 6; call += 1) {
    breaker.succeed(breaker.begin())
    failOnce(breaker)
  }
  assert.equal(breaker.state, 'open')
})

test('a probe whose client leaves makes room for the next', () => {
  const chance = testChance()
  const breaker = new Breaker(RULE, chance)
  breaker.fail(breaker.begin(), 500)
  chance.pass(breaker.restMsLeft)
  const probe = breaker.begin()
  breaker.release(probe)
  assert.equal(breaker.isAdmitting, true)
  assert.equal(breaker.begin().isProbe, true)
})

test('an answer to what began before it opened closes nothing', () => {
  const chance = testChance()
  const breaker = new Breaker(RULE, chance)
  const early = breaker.begin()
  chance.pass(1)
  for (let call = 0; call < 3; call += 1) failOnce(breaker)
  breaker.succeed(early)
  assert.equal(breaker.state, 'open')
})

type Step = { readonly kind: 'begin' | 'succeed' | 'fail' | 'release' | 'pass'; readonly which: number; readonly millis: number }

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>('begin', 'begin', 'succeed', 'fail', 'fail', 'release', 'pass'),
    which: fc.nat(9),
    millis: fc.nat(3_000),
  }),
  { maxLength: 200 },
)

test('whatever happens: rests are within bounds, one probe at a time, and once it is left alone it admits again', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (history, seed) => {
      const chance = testChance(seed)
      const breaker = new Breaker(RULE, chance)
      const open: Passage[] = []
      for (const { kind, which, millis } of history) {
        const passage = open[which % Math.max(1, open.length)]
        const before = breaker.state
        if (kind === 'begin' && open.length < 10) open.push(breaker.begin())
        if (kind === 'succeed' && passage !== undefined) breaker.succeed(passage)
        if (kind === 'fail' && passage !== undefined) breaker.fail(passage)
        if (kind === 'release' && passage !== undefined) breaker.release(passage)
        if (kind === 'pass') chance.pass(millis)
        assert.ok(breaker.restMsLeft <= RULE.restMsMax)
        assert.ok(open.filter(({ isProbe, isOver }) => isProbe && !isOver).length <= 1)
        if (before === 'closed' && breaker.state !== 'closed') assert.equal(kind, 'fail')
        if (before === 'open' && breaker.state === 'half-open') assert.equal(kind, 'pass')
        if (breaker.state === 'open') assert.equal(breaker.isAdmitting, false)
      }
      for (const passage of open) breaker.release(passage)
      chance.pass(RULE.restMsMax)
      assert.equal(breaker.isAdmitting, true)
    }),
    { numRuns: 500 },
  )
})
