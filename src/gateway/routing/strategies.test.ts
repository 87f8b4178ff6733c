// Guarantee: each strategy tries every way once, in its own order; weights come true as shares of calls.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { STRATEGIES, type Strategy } from '../../spec/index.ts'
import { type Ordering, orderWays } from './order-ways.ts'
import { type TestWay, testChance, testWays } from './testing.ts'

const setUp = (options: Parameters<typeof testWays>[0], strategy: Strategy, more: Partial<Ordering<TestWay>> = {}) => {
  const chance = testChance(7)
  const { ways, health } = testWays(options, chance, strategy)
  const plain = { isStream: true, named: undefined, warmRoute: undefined, costOf: () => undefined }
  const order = (again: Partial<Ordering<TestWay>> = {}): readonly number[] =>
    orderWays(ways, { strategy, health, random: chance.random, ...plain, ...more, ...again }).map(({ target }) => target.route.serial)
  return { ways, health, chance, order }
}

const firsts = (order: () => readonly number[], calls: number): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  for (let call = 0; call < calls; call += 1) {
    const [first = 0] = order()
    counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  return counts
}

test('every strategy gives every way exactly once, with and without names and warm routes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...STRATEGIES),
      fc.array(fc.record({ priority: fc.integer({ min: 1, max: 3 }), weight: fc.integer({ min: 1, max: 1000 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
      (strategy, options, warmRoute) => {
        const { order } = setUp(options, strategy, { warmRoute })
        const all = options.map((_, index) => index + 1)
        assert.deepEqual(
          order().toSorted((a, b) => a - b),
          all,
        )
        const named = ['u2', 'u9', 'u1', 'u2']
        const expected = options.length < 2 ? all : [2, 9, 1].filter((serial) => serial <= options.length)
        assert.deepEqual(order({ named }), expected)
      },
    ),
  )
})

test('priority: the least first, those of one priority as they stand', () => {
  assert.deepEqual(setUp([{ priority: 2 }, { priority: 1 }, { priority: 2 }], 'priority').order(), [2, 1, 3])
})

test('weighted: shares of first tries come to the weights', () => {
  const weights = [1, 3, 6]
  const { order } = setUp(
    weights.map((weight) => ({ weight })),
    'weighted',
  )
  const calls = 20_000
  const counts = firsts(order, calls)
  for (const [index, weight] of weights.entries()) {
    const share = (counts.get(index + 1) ?? 0) / calls
    assert.ok(Math.abs(share - weight / 10) < 0.02, `weight ${weight} of 10 got ${share}`)
  }
})

test('cheapest: by what the call can cost, unknown last', () => {
  const costs = new Map([
    [1, 5n],
    [3, 2n],
    [4, 5n],
  ])
  const { order } = setUp([{}, {}, {}, {}], 'cheapest', { costOf: ({ target }) => costs.get(target.route.serial) })
  assert.deepEqual(order(), [3, 1, 4, 2])
  assert.deepEqual(order({ warmRoute: 4 }), [3, 4, 1, 2])
})

test('lowest latency: of two drawn the quicker, so the slowest of many is never first, and a load of calls counts', () => {
  const { order, health } = setUp([{}, {}, {}, {}], 'lowest-latency')
  for (const [index, route] of [...health.routes].entries()) route.observe(true, 100 * (index + 1))
  const counts = firsts(order, 4_000)
  assert.equal(counts.get(4) ?? 0, 0)
  assert.ok((counts.get(1) ?? 0) > (counts.get(2) ?? 0) && (counts.get(2) ?? 0) > (counts.get(3) ?? 0))
  for (const route of health.routes) if (route.serial === 1) route.inFlight = 50
  assert.equal(firsts(order, 4_000).get(1) ?? 0, 0)
})

test('least busy: the fewest calls for its weight', () => {
  const { order, health } = setUp([{ weight: 1 }, { weight: 10 }, { weight: 1 }], 'least-busy')
  for (const route of health.routes) route.inFlight = route.serial === 2 ? 5 : 1
  assert.equal(order()[0], 2)
})

test('a warm route goes first among its equals and never before a better priority', () => {
  const { order } = setUp([{ priority: 1 }, { priority: 2 }, { priority: 2 }], 'priority')
  assert.deepEqual(order({ warmRoute: 3 }), [1, 3, 2])
})
