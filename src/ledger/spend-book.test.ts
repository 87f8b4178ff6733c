// Guarantee: whatever is asked for, settled and given back in whatever order, across boundaries of windows and changes of limits, a book holds
// in each window exactly what a sum of its calls says, refuses only what does not fit, and leaves nothing behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Clock, NanoUsd } from '../lib/index.ts'
import { type SpendLimit, type SpendWindow, spendSpanOf } from '../spec/index.ts'
import { type HeldSpending, SpendBook } from './spend-book.ts'
import type { Take } from './statements.ts'

const SEED = Date.now() % 1_000_000
const BEGIN = Date.parse('2026-11-26T04:59:59.990Z')
const NODES = 2

/** The database's side of windows: grants within the limit that is asked by, as the statements do. */
function testWindows() {
  const granted = new Map<string, NanoUsd>()
  const of = (name: string): NanoUsd => granted.get(name) ?? 0n
  const take = async ({ accountId: name, need, want, spending }: Take): Promise<NanoUsd> => {
    assert.ok(spending !== undefined && spending.accountId === 'account', 'a window is asked for on its terms')
    const room = spending.cap - of(name)
    const given = room < need || room <= 0n ? 0n : room < want ? room : want
    granted.set(name, of(name) + given)
    return given
  }
  const release = ({ accountId: name, amount }: { readonly accountId: string; readonly amount: NanoUsd }): void => {
    assert.ok(amount > 0n && of(name) >= amount, 'more is given back than was granted')
    granted.set(name, of(name) - amount)
  }
  return { granted, source: { isHealthy: true, take, release } }
}

type Call = { readonly node: number; readonly held: HeldSpending; readonly amount: NanoUsd }
const whole = (max: number) => fc.nat({ max })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('hold'), node: whole(NODES - 1), key: whole(2), amount: whole(60) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('settle'), call: whole(99), share: whole(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cap'), key: whole(2), cap: fc.integer({ min: 1, max: 150 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass'), millis: fc.constantFrom(1, 9, 10, 2_500, 5 * 3_600_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('idle'), node: whole(NODES - 1) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

class Model {
  readonly windows = testWindows()
  readonly spent = new Map<string, NanoUsd>()
  readonly most = new Map<string, NanoUsd>()
  readonly calls: Call[] = []
  readonly caps: NanoUsd[] = [100n, 80n, 120n]
  readonly books: readonly SpendBook[]
  seen = { granted: 0, lacking: 0 }
  #passed = 0

  constructor(nodes: number) {
    const clock: Clock = { now: () => BEGIN + this.#passed, monotonic: () => 1_000_000 + this.#passed }
    const giveBackElsewhere = (own: number) => async (name: string) => {
      for (const [index, book] of this.books.entries()) if (index !== own) book.giveBack(name)
      return { others: 'asked', available: 0n } as const
    }
    this.books = Array.from({ length: nodes }, (_, index) => {
      const hooks = nodes === 1 ? {} : { reclaim: giveBackElsewhere(index), reclaimWaitsMs: [0, 0] }
      return new SpendBook(this.windows.source, clock, hooks)
    })
  }

  /** Key 0 has a cap of its own, key 1 one and its group's, key 2 a plan's that pays. */
  limitsOf(key: number): readonly SpendLimit[] {
    const limit = (owner: SpendLimit['owner'], window: SpendWindow, covers = false): SpendLimit => ({
      ...{ subjectId: `0000000${key}-0000-7000-8000-000000000000`, owner, limit: this.caps[key] ?? 0n, window, covers },
    })
    const group = { ...limit('group', 'day'), subjectId: '00000009-0000-7000-8000-000000000000', limit: 110n }
    return key === 0 ? [limit('key', '5h')] : key === 1 ? [limit('key', 'week'), group] : [limit('plan', '5h', true)]
  }

  async take(next: Step): Promise<void> {
    if (next.kind === 'pass') this.#passed += next.millis
    else if (next.kind === 'idle') this.books[next.node % this.books.length]?.releaseIdle()
    else if (next.kind === 'cap') this.#cap(next)
    else if (next.kind === 'hold') await this.#hold(next)
    else this.#settle(next)
  }

  /** A limit that is raised stays so until every node has given back what it had idle: one that never saw it raised cannot see it lowered. */
  #cap({ key, cap }: Extract<Step, { kind: 'cap' }>): void {
    const isRaised = BigInt(cap) > (this.caps[key] ?? 0n)
    this.caps[key] = BigInt(cap)
    if (!isRaised) return
    this.#passed += 2_500
    for (const book of this.books) book.releaseIdle()
  }

  async #hold({ node, key, amount: size }: Extract<Step, { kind: 'hold' }>): Promise<void> {
    const [at, amount] = [BEGIN + this.#passed, BigInt(size)]
    const limits = this.limitsOf(key)
    const names = limits.map(({ subjectId, window }) => `${subjectId}/${window}/${spendSpanOf(window, at).startsAt}`)
    const fits = limits.every((limit, index) => this.#heldIn(names[index] ?? '') + amount <= (limit.limit ?? 0n))
    const index = node % this.books.length
    const answer = await this.books[index]?.hold({ accountId: 'account', limits, amount, at })
    // What costs nothing is let in wherever it is.
    if (amount > 0n) assert.equal(answer?.result, fits ? 'granted' : 'lacking')
    if (answer?.result !== 'granted') {
      this.seen.lacking += 1
      return
    }
    this.seen.granted += 1
    assert.deepEqual([answer.held.names, answer.held.coveredBy], [names, limits.find(({ covers }) => covers)?.subjectId])
    for (const [place, name] of names.entries()) {
      const [known, cap] = [this.most.get(name) ?? 0n, limits[place]?.limit ?? 0n]
      this.most.set(name, cap > known ? cap : known)
    }
    this.calls.push({ node: index, held: answer.held, amount })
  }

  /** Spent and open, by a sum over calls. */
  #heldIn(name: string): NanoUsd {
    const open = this.calls.filter(({ held }) => held.names.includes(name)).reduce((sum, { amount }) => sum + amount, 0n)
    return (this.spent.get(name) ?? 0n) + open
  }

  #settle({ call: which, share }: { readonly call: number; readonly share: number }): void {
    const [call] = this.calls.splice(which % Math.max(1, this.calls.length), 1)
    if (call === undefined) return
    const cost = (call.amount * BigInt(share)) / 100n
    this.books[call.node]?.charge(call.held, { hold: call.amount, cost })
    this.books[call.node]?.chargeWritten(call.held.names, { cost, isNew: true })
    for (const name of call.held.names) this.spent.set(name, (this.spent.get(name) ?? 0n) + cost)
  }

  finish(): void {
    while (this.calls.length > 0) this.#settle({ call: 0, share: 37 })
    for (const book of this.books) {
      book.releaseIdle({ isAll: true })
      assert.deepEqual(book.totals(), { committed: 0n, open: 0n, pending: 0n })
    }
    for (const [name, granted] of this.windows.granted) {
      const spent = this.spent.get(name) ?? 0n
      assert.equal(granted, spent, 'what was granted and not spent has come back')
      assert.ok(spent <= (this.most.get(name) ?? 0n), 'more is spent than any limit there was')
    }
  }
}

for (const nodes of [1, NODES])
  test(`a book of ${nodes} node${nodes === 1 ? '' : 's'} agrees with a sum over its calls; seed ${SEED}`, async (context) => {
    const seen = { granted: 0, lacking: 0 }
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const model = new Model(nodes)
      for (const next of steps) await model.take(next)
      model.finish()
      seen.granted += model.seen.granted
      seen.lacking += model.seen.lacking
    })
    await fc.assert(property, { seed: SEED, numRuns: 150 })
    context.diagnostic(JSON.stringify(seen))
    assert.ok(seen.granted > 100 && seen.lacking > 20, 'both ends are met')
  })
