// Guarantee: a call is tried at each way at most as often as it may, in order, with keys that may be used; what an upstream told of its
// limits is kept to, and nothing but that or a lack of room is a reason to try nowhere.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { failure } from '../../failures.ts'
import { Itinerary } from './itinerary.ts'
import { type TestChance, type TestWay, type TestWayOptions, testCatalog, testChance, testWays } from './testing.ts'
import type { Trouble } from './trouble.ts'

const down: Trouble = { kind: 'server', scope: 'route', told: failure('upstream_failed'), isPassing: true }
const late: Trouble = { kind: 'timeout', scope: 'route', told: failure('upstream_timeout'), isPassing: false }
const refused: Trouble = { kind: 'credential', scope: 'key', told: failure('upstream_failed'), isPassing: false }
const limitedFor = (seconds: number, scope: Trouble['scope'] = 'key'): Trouble => ({
  ...{ kind: 'limited', scope, told: failure('upstream_limited', { seconds }), retryAfterSeconds: seconds, isPassing: false },
})
const TROUBLES = [down, late, refused, limitedFor(3), limitedFor(3, 'account'), limitedFor(3, 'route'), limitedFor(3, 'request')]

type World = ReturnType<typeof testWays> & { readonly chance: TestChance }

const worldOf = (options: readonly TestWayOptions[], seed = 1): World => {
  const chance = testChance(seed)
  return { ...testWays(options, chance), chance }
}

const journey = ({ health, ways, chance }: World, tag?: number) =>
  new Itinerary<TestWay>({ health, ways, tag, untilMs: chance.clock.monotonic() + 120_000 })

/** Tries until it is answered or there is nowhere left; tells where it went, as "route:key". */
function travel(world: World, judge: (at: string) => Trouble | undefined, tag?: number) {
  const itinerary = journey(world, tag)
  const went: string[] = []
  for (let stop = itinerary.next(); stop !== undefined; stop = itinerary.next()) {
    const at = `${stop.item.target.route.serial}:${stop.key.key?.split('-').at(-1)}`
    went.push(at)
    world.chance.pass(stop.waitMs)
    const attempt = world.health.begin(stop.item.target.route, stop.key, true)
    const trouble = judge(at)
    if (trouble === undefined) {
      attempt.answered(10)
      attempt.end()
      return { went, failure: undefined }
    }
    attempt.failed(trouble)
    itinerary.failed(trouble)
  }
  return { went, failure: itinerary.failure() }
}

const pool = (count: number): TestWayOptions => ({ keyPool: Array.from({ length: count - 1 }, (_, index) => `key-x-${index + 1}`) })

test('a limit without a time is a reason to go elsewhere, and none to refuse a call that can go nowhere else', () => {
  const { retryAfterSeconds: _, ...unspoken } = limitedFor(3)
  const alone = worldOf([{}])
  assert.equal(travel(alone, () => unspoken).failure?.code, 'upstream_limited')
  assert.deepEqual(travel(alone, () => undefined).went, ['1:0'])
  const two = worldOf([{}, {}])
  travel(two, (at) => (at === '1:0' ? unspoken : undefined))
  assert.deepEqual(travel(two, () => undefined).went, ['2:0'])
  const told = worldOf([{}])
  travel(told, () => limitedFor(3))
  assert.deepEqual(travel(told, () => undefined).went, [])
})

test('a way that fails is left for the next, and the last is tried once more where it may have passed', () => {
  const world = worldOf([{}, {}])
  assert.deepEqual(travel(world, (at) => (at === '1:0' ? down : undefined)).went, ['1:0', '2:0'])
  const all = travel(world, () => down)
  assert.deepEqual(all.went, ['1:0', '2:0', '2:0'])
  assert.equal(all.failure?.code, 'upstream_failed')
  assert.deepEqual(travel(world, () => late).went, ['1:0', '2:0'])
})

test('a call that began before its upstream moved has the keys of then, and no key goes to a host that it was not given for', () => {
  const world = worldOf([pool(2), { baseUrl: 'http://127.0.0.1/elsewhere' }])
  const itinerary = journey(world)
  const moved = (baseUrl: string, apiKey: string) => {
    const [first, ...others] = world.catalog.upstreams
    assert.ok(first !== undefined)
    const { keyPool: _, ...more } = first
    world.health.learn({ ...world.catalog, upstreams: [{ ...more, baseUrl, apiKey }, ...others] })
  }
  const keysOf = (journeyed: Itinerary<TestWay>): string[] => {
    const keys: string[] = []
    for (let stop = journeyed.next(); stop !== undefined; stop = journeyed.next()) {
      if (stop.item === world.ways[0]) keys.push(stop.key.key ?? '')
      journeyed.failed(refused)
    }
    return keys.sort()
  }
  assert.equal(itinerary.next()?.item, world.ways[0])
  moved('http://127.0.0.2', 'key-new')
  itinerary.failed(refused)
  assert.equal(keysOf(itinerary).length, 1, 'the other key of the pool')
  assert.deepEqual(keysOf(journey(world)), ['key-1-0', 'key-x-1'])
  moved('http://127.0.0.2/v2', 'key-newer')
  assert.deepEqual(keysOf(journey(world)), ['key-1-0', 'key-x-1'])
  const ways = world.ways
    .slice(0, 1)
    .map(({ target }) => ({ target: { ...target, upstream: { ...target.upstream, baseUrl: 'http://127.0.0.2' } } }))
  const after = new Itinerary<TestWay>({ health: world.health, ways, tag: undefined, untilMs: world.chance.clock.monotonic() + 120_000 })
  assert.equal(after.next()?.key.key, 'key-newer')
  moved('http://127.0.0.3', 'key-third')
  assert.deepEqual(keysOf(journey(world)), [])
})

test('a refused key is left for another of the pool, and rests for all routes', () => {
  const world = worldOf([pool(2)])
  const tag = 5
  const first = travel(world, () => undefined, tag).went[0] ?? ''
  const other = first === '1:0' ? '1:1' : '1:0'
  assert.deepEqual(travel(world, (at) => (at === first ? refused : undefined), tag).went, [first, other])
  assert.deepEqual(travel(world, () => undefined, tag).went, [other])
  world.chance.pass(600_000)
  assert.deepEqual(travel(world, () => undefined, tag).went, [first])
})

test('keys without money or right are asked all the same when there is no other, once', () => {
  const world = worldOf([{}])
  for (let call = 0; call < 10; call += 1) assert.deepEqual(travel(world, () => refused).went, ['1:0'])
  assert.equal(travel(world, () => undefined).failure, undefined)
})

test('an open breaker is never the reason to refuse a call', () => {
  const world = worldOf([{}, {}])
  for (let call = 0; call < 20; call += 1) travel(world, () => late)
  assert.deepEqual(
    [...world.health.routes].map(({ breaker }) => breaker.state),
    ['open', 'open'],
  )
  assert.equal(travel(world, () => late).went.length, 1)
})

test('an open route is passed over, probed by one call when its rest is over, and back when that is answered', () => {
  const world = worldOf([{}, {}])
  for (let call = 0; call < 5; call += 1) travel(world, (at) => (at === '1:0' ? late : undefined))
  assert.deepEqual(travel(world, () => undefined).went, ['2:0'])
  world.chance.pass(2_000)
  assert.deepEqual(travel(world, (at) => (at === '1:0' ? late : undefined)).went, ['1:0', '2:0'])
  assert.deepEqual(travel(world, () => undefined).went, ['2:0'])
  world.chance.pass(4_000)
  assert.deepEqual(travel(world, () => undefined).went, ['1:0'])
  assert.deepEqual(travel(world, () => undefined).went, ['1:0'])
})

test('a limit of a key is kept to for as long as was told, then told on as what is left of it', () => {
  const world = worldOf([{}])
  const limited = travel(world, () => limitedFor(7))
  assert.equal(limited.failure?.code, 'upstream_limited')
  assert.equal(limited.failure?.retryAfterSeconds, 7)
  world.chance.pass(3_500)
  const again = travel(world, () => undefined)
  assert.deepEqual([again.went, again.failure?.retryAfterSeconds], [[], 4])
  world.chance.pass(3_500)
  assert.deepEqual(travel(world, () => undefined).went, ['1:0'])
})

test('a limit of an account rests all of its keys, one of a key that key, one of a request none', () => {
  const restingAfter = (scope: Trouble['scope']): number => {
    const world = worldOf([pool(3)])
    const [upstream] = [...world.health.upstreams]
    for (const [index, key] of (upstream?.keys ?? []).entries()) key.account = index < 2 ? 'org-a' : 'org-b'
    const attempt = world.health.begin(world.ways[0]?.target.route ?? assert.fail(), upstream?.keys[0] ?? assert.fail(), true)
    attempt.failed(limitedFor(3, scope))
    return upstream?.keys.filter((key) => key.coolMsLeft(1) > 0).length ?? -1
  }
  assert.deepEqual([restingAfter('account'), restingAfter('key'), restingAfter('request')], [2, 1, 0])
})

test('a request that is too large for one key is not sent with the others', () => {
  const world = worldOf([pool(3), {}])
  const { went } = travel(world, () => limitedFor(3, 'request'))
  assert.deepEqual(
    went.map((at) => at.split(':')[0]),
    ['1', '2'],
  )
})

test('an upstream is not given more calls than it has room for', () => {
  const world = worldOf([{ maxConcurrency: 1 }, {}])
  const stop = journey(world).next() ?? assert.fail()
  const attempt = world.health.begin(stop.item.target.route, stop.key, true)
  assert.deepEqual(travel(world, () => undefined).went, ['2:0'])
  const alone = { ...world, ways: world.ways.slice(0, 1) }
  assert.equal(travel(alone, () => undefined).failure?.code, 'upstream_limited')
  attempt.end()
  attempt.end()
  assert.deepEqual(travel(alone, () => undefined).went, ['1:0'])
})

test('no try begins when the time for it is over', () => {
  const world = worldOf([{}, {}])
  const itinerary = journey(world)
  itinerary.next()
  itinerary.failed(late)
  world.chance.pass(121_000)
  assert.equal(itinerary.next(), undefined)
})

const ways = fc.array(fc.record({ keyPool: fc.nat(3).map((count) => pool(count + 1).keyPool ?? []) }), { minLength: 1, maxLength: 5 })

test('whatever fails: at most six tries, never one at a way that is not the call’s, nothing left in flight', () => {
  fc.assert(
    fc.property(ways, fc.nat(), fc.array(fc.nat(TROUBLES.length), { minLength: 1, maxLength: 60 }), (options, seed, verdicts) => {
      const world = worldOf(options, seed)
      let call = 0
      for (let round = 0; round < 12; round += 1) {
        const allowed = world.ways.filter((_, index) => (seed >> index) % 2 === 0 || index === round % options.length)
        const { went } = travel({ ...world, ways: allowed }, () => {
          call += 1
          return TROUBLES[verdicts[call % verdicts.length] ?? 0]
        })
        assert.ok(went.length <= 6)
        const serials = new Set(allowed.map(({ target }) => target.route.serial))
        for (const at of went) assert.ok(serials.has(Number(at.split(':')[0])), `${at} is not allowed`)
        world.chance.pass(seed % 3_000)
      }
      for (const route of world.health.routes) assert.equal(route.inFlight, 0)
      for (const upstream of world.health.upstreams) {
        assert.equal(upstream.inFlight, 0)
        for (const key of upstream.keys) assert.equal(key.inFlight, 0)
      }
    }),
    { numRuns: 300 },
  )
})

test('what leaves the catalogue is forgotten, what stays keeps its state', () => {
  const world = worldOf([pool(2), {}])
  for (let call = 0; call < 5; call += 1) travel(world, () => late)
  const keys = [...([...world.health.upstreams][0]?.keys ?? [])]
  const left = world.ways.slice(0, 1)
  world.health.learn(testCatalog(left, 'priority'))
  assert.deepEqual(
    [...world.health.routes].map(({ serial, breaker }) => [serial, breaker.state]),
    [[1, 'open']],
  )
  assert.equal([...world.health.upstreams].length, 1)
  assert.deepEqual(
    [...world.health.upstreams][0]?.keys.map((key, index) => key === keys[index]),
    [true, true],
  )
  for (let version = 0; version < 100; version += 1) {
    const upstream = left[0]?.target.upstream ?? assert.fail()
    const route = { ...(left[0]?.target.route ?? assert.fail()), serial: 10 + version }
    world.health.learn(testCatalog([{ target: { route, upstream: { ...upstream, keyPool: [`key-y-${version}`] } } }], 'priority'))
  }
  assert.equal([...world.health.routes].length, 1)
  assert.equal([...world.health.upstreams][0]?.keys.length, 2)
})
