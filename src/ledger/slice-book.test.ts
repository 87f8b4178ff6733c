// Guarantee: a busy account's calls do not wait for commits, as more is taken before it lacks; no node takes ahead what another lacks or the account has
// not; and whatever is held, charged and given back, a slice is never overdrawn and nothing of it is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { NanoUsd } from '../lib/index.ts'
import type { HoldResult } from './slice-book.ts'
import { SliceBook, type SliceSource } from './slice-book.ts'
import type { Take } from './statements.ts'

const ACCOUNT = 'one'

/** A book of an account that has so much, whose takes are answered when the test says so. */
function open(available: NanoUsd) {
  const at = { now: 0 }
  const account = { available }
  const asked: { readonly take: Take; readonly answer: () => Promise<void> }[] = []
  const source: SliceSource = {
    isHealthy: true,
    take: (take) =>
      new Promise((resolve) => {
        const answer = async (): Promise<void> => {
          const least = account.available < take.want ? account.available : take.want
          const taken = account.available >= take.need ? least : 0n
          account.available -= taken
          resolve(taken)
          await settled()
        }
        asked.push({ take, answer })
      }),
    release: ({ amount }) => {
      account.available += amount
    },
  }
  const book = new SliceBook(source, { now: () => 0, monotonic: () => at.now })
  /** Answers all that was asked so far, and what is asked then. */
  const answerAll = async (): Promise<void> => {
    for (let one = asked.shift(); one !== undefined; one = asked.shift()) await one.answer()
  }
  const charged = (hold: NanoUsd, cost = hold): void => {
    book.charge(ACCOUNT, { hold, cost })
    book.chargeWritten(ACCOUNT, { cost, isNew: true })
  }
  return { at, account, asked, book, answerAll, charged }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a busy account has more taken before it lacks: only its first call waits', async () => {
  const { at, asked, book, answerAll, charged } = open(1_000_000n)
  let waited = 0
  for (let call = 0; call < 2_000; call += 1) {
    const result = book.hold(ACCOUNT, 10n)
    if (result instanceof Promise) {
      waited += 1
      await answerAll()
      assert.equal(await result, 'granted')
    }
    charged(10n)
    at.now += 10
    // A commit takes as long as four calls.
    if (call % 4 === 3) await answerAll()
  }
  assert.equal(waited, 1)
  assert.equal(asked.length, 0)
})

test('what is taken ahead is twice as much while the account is busy, up to a dollar, and the least again after calm', async () => {
  const { at, asked, book, answerAll, charged } = open(100_000_000_000n)
  const wants: NanoUsd[] = []
  const call = async (amount: NanoUsd): Promise<void> => {
    const result = book.hold(ACCOUNT, amount)
    wants.push(...asked.map(({ take }) => take.want))
    await answerAll()
    assert.equal(await result, 'granted')
    charged(amount)
  }
  for (let calls = 0; calls < 40; calls += 1) await call(10n)
  // Half of sixteen calls' worth is left when as much for thirty-two is wanted, half of that when it is for sixty-four.
  assert.deepEqual(wants, [170n, 250n, 490n])
  for (let calls = 0; calls < 10; calls += 1) await call(500_000_000n)
  const { committed, pending } = book.totals()
  assert.ok(committed - pending <= 1_000_000_000n + 500_000_000n)
  book.releaseIdle({ isAll: true })
  at.now += 8_000
  wants.length = 0
  await call(10n)
  assert.deepEqual(wants, [170n])
})

test('an account that has not all that is wanted ahead is asked again only when it lacks', async () => {
  const { account, asked, book, answerAll, charged } = open(100n)
  const first = book.hold(ACCOUNT, 10n)
  await answerAll()
  assert.equal(await first, 'granted')
  charged(10n)
  assert.equal(account.available, 0n)
  for (let calls = 0; calls < 9; calls += 1) {
    assert.equal(book.hold(ACCOUNT, 10n), 'granted')
    charged(10n)
  }
  assert.equal(asked.length, 0)
  const last = book.hold(ACCOUNT, 10n)
  assert.equal(asked.length, 1)
  await answerAll()
  assert.equal(await last, 'credit')
})

test('while another node lacks an account, nothing is taken ahead of what is held', async () => {
  const { account, asked, book, answerAll, charged } = open(1_000n)
  const first = book.hold(ACCOUNT, 10n)
  await answerAll()
  assert.equal(await first, 'granted')
  book.giveBack(ACCOUNT)
  assert.equal(account.available, 990n)
  charged(10n)
  const next = book.hold(ACCOUNT, 10n)
  assert.deepEqual(
    asked.map(({ take }) => [take.need, take.want]),
    [[10n, 10n]],
  )
  await answerAll()
  assert.equal(await next, 'granted')
})

test('a call that lacks while more is taken ahead is granted with it, or asks for itself then', async () => {
  const { asked, book, answerAll } = open(1_000n)
  const first = book.hold(ACCOUNT, 10n)
  await answerAll()
  assert.equal(await first, 'granted')
  for (let calls = 0; calls < 9; calls += 1) assert.equal(book.hold(ACCOUNT, 10n), 'granted')
  assert.equal(asked[0]?.take.need, 0n)
  const large = book.hold(ACCOUNT, 600n)
  assert.equal(asked.length, 1)
  await answerAll()
  assert.equal(await large, 'granted')
})

test('whatever is held, charged, given back and refused: a slice covers what is open, and no money comes or goes', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ hold: fc.bigInt({ min: 0n, max: 60n }) }) },
    { weight: 4, arbitrary: fc.record({ chargeOf: fc.nat(50), part: fc.integer({ min: 0, max: 4 }) }) },
    { weight: 3, arbitrary: fc.record({ answers: fc.integer({ min: 1, max: 3 }) }) },
    fc.record({ millis: fc.integer({ min: 1, max: 9_000 }) }),
    fc.constant({ gives: true as const }),
    fc.constant({ idles: true as const }),
    fc.record({ credit: fc.bigInt({ min: 1n, max: 2_000n }) }),
  )
  const property = fc.asyncProperty(fc.bigInt({ min: 0n, max: 3_000n }), fc.array(step, { maxLength: 150 }), async (had, steps) => {
    const world = open(had)
    const { at, account, asked, book, answerAll, charged } = world
    const holds: NanoUsd[] = []
    let [all, spent, told] = [had, 0n, 0]
    let askedFor = 0
    const onHold = (amount: NanoUsd, result: HoldResult): void => {
      told += 1
      if (result === 'granted') holds.push(amount)
    }
    const holdsUp = (): void => {
      const { committed, open: held, pending } = book.totals()
      assert.equal(
        held,
        holds.reduce((sum, amount) => sum + amount, 0n),
      )
      assert.ok(committed >= held + pending && account.available >= 0n)
      assert.equal(account.available + committed + spent, all)
    }
    for (const one of steps) {
      if ('hold' in one) {
        askedFor += 1
        const result = book.hold(ACCOUNT, one.hold)
        if (result instanceof Promise) void result.then((said) => onHold(one.hold, said))
        else onHold(one.hold, result)
      } else if ('chargeOf' in one && holds.length > 0) {
        const [hold = 0n] = holds.splice(one.chargeOf % holds.length, 1)
        const cost = (hold * BigInt(one.part)) / 4n
        charged(hold, cost)
        spent += cost
      } else if ('answers' in one) for (let count = 0; count < one.answers; count += 1) await asked.shift()?.answer()
      else if ('millis' in one) at.now += one.millis
      else if ('gives' in one) book.giveBack(ACCOUNT)
      else if ('idles' in one) book.releaseIdle()
      else if ('credit' in one) {
        account.available += one.credit
        all += one.credit
      }
      await settled()
      holdsUp()
    }
    await answerAll()
    await settled()
    holdsUp()
    assert.equal(told, askedFor)
  })
  await fc.assert(property, { numRuns: 200 })
})
