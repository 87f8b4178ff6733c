// Protects: who sends much waits for himself; no account waits for another's calls, none waits for longer than is said, and what waits is bounded.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import fc from 'fast-check'
import { FailureError } from '../failures.ts'
import { Admission, COMPANY_MS, CROWD, CROWD_PLACES, GUESTS, LOOK_MS, PLACES, type Place } from './admission.ts'

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
afterEach(() => mock.timers.reset())

/** An admission whose clock is moved by hand, with the calls that have begun and were refused, by name. */
function open() {
  const at = { now: 0 }
  const admission = new Admission({ now: () => 0, monotonic: () => at.now })
  const begun: { readonly name: string; readonly place: Place }[] = []
  const refused: string[] = []
  const enter = (name: string): void => {
    const entered = admission.enter(name)
    if (!(entered instanceof Promise)) begun.push({ name, place: entered })
    else {
      entered
        .then((place) => begun.push({ name, place }))
        .catch((thrown) => refused.push(thrown instanceof FailureError ? thrown.failure.code : name))
    }
  }
  const settle = (): Promise<void> => {
    mock.timers.tick(1)
    return new Promise((resolve) => setImmediate(resolve))
  }
  /** The call that began first has its hold. */
  const held = async (): Promise<void> => {
    const first = begun.find(({ place }) => !left.has(place))
    if (first !== undefined) left.add(first.place)
    if (first !== undefined) admission.leave(first.place)
    await settle()
  }
  /** Looks after so long. */
  const look = async (millis: number): Promise<void> => {
    at.now += millis
    admission.look()
    await settle()
  }
  const left = new Set<Place>()
  const names = (): string[] => begun.map(({ name }) => name)
  return { admission, begun, names, refused, enter, held, look }
}

const fill = (enter: (name: string) => void, name: string, count: number): void => {
  for (let index = 0; index < count; index += 1) enter(name)
}

test('calls begin at once while there are places, and then as places are left', async () => {
  const { names, enter, held } = open()
  fill(enter, 'one', PLACES + 2)
  assert.equal(names().length, PLACES)
  await held()
  assert.equal(names().length, PLACES + 1)
})

test('an account with a crowd has some of the places while there are others, and the rest is for them', async () => {
  const { names, enter, held } = open()
  const holds = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await held()
  }
  fill(enter, 'many', PLACES + 3 * CROWD)
  assert.equal(names().length, PLACES)
  fill(enter, 'few', PLACES)
  await holds(2 * PLACES)
  assert.equal(names().filter((name) => name === 'few').length, PLACES)
  await holds(PLACES)
  assert.equal(names().length, 3 * PLACES + CROWD_PLACES)
  // What is left of it is no crowd any more.
  await holds(2 * CROWD)
  assert.equal(names().length, 2 * CROWD + 3 * PLACES + PLACES)
})

test('what a crowd beside others has left is given on a millisecond later, and meanwhile others have theirs', async () => {
  const { admission, begun, names, enter, held, look } = open()
  const immediately = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  fill(enter, 'many', 4 * CROWD)
  enter('few')
  for (let times = 0; times < PLACES + 1; times += 1) await held()
  const count = names().length
  const places = begun.slice(-CROWD_PLACES).map(({ place }) => place)
  assert.deepEqual(names().slice(-CROWD_PLACES), new Array(CROWD_PLACES).fill('many'))
  for (const place of [...places, ...places]) admission.leave(place)
  await immediately()
  assert.equal(names().length, count)
  enter('few')
  assert.equal(names().length, count + 1)
  await look(0)
  assert.deepEqual(names().slice(count + 1), new Array(CROWD_PLACES).fill('many'))
})

test('an account alone has all places, whatever waits, and again once the others are gone', async () => {
  const { names, enter, held, look } = open()
  fill(enter, 'many', 9 * CROWD)
  for (let times = 0; times < CROWD; times += 1) await held()
  assert.equal(names().length, CROWD + PLACES)
  enter('few')
  for (let times = 0; times < CROWD; times += 1) await held()
  assert.equal(names().length, 2 * CROWD + CROWD_PLACES)
  await look(COMPANY_MS + 1)
  assert.equal(names().length, 2 * CROWD + CROWD_PLACES + PLACES)
})

test('beside an account with a thousand calls the only one of another begins at once, and its next within two places', async () => {
  const { names, enter, held } = open()
  fill(enter, 'many', 1_000)
  enter('few')
  assert.deepEqual(names().slice(PLACES), ['few'])
  enter('few')
  for (let times = 0; times < 3; times += 1) await held()
  assert.deepEqual(names().slice(PLACES), ['few', 'few'])
})

test('so many accounts begin their only calls beside others, and no more', async () => {
  const { names, enter, held } = open()
  fill(enter, 'many', 1_000)
  for (let index = 0; index < GUESTS + 5; index += 1) enter(`one ${index}`)
  assert.equal(names().length, PLACES + GUESTS)
  // What has ended of the many makes room for a guest again.
  await held()
  enter('late')
  assert.equal(names().at(-1), 'late')
})

test('a place is taken back after a while, later where the event loop is late, and leaving it twice gives it to one', async () => {
  const quick = open()
  fill(quick.enter, 'one', 3 * PLACES)
  await quick.look(LOOK_MS)
  assert.equal(quick.names().length, 2 * PLACES)
  for (const { place } of quick.begun.slice(0, PLACES)) quick.admission.leave(place)
  await quick.look(0)
  assert.equal(quick.names().length, 2 * PLACES)
  const late = open()
  fill(late.enter, 'one', 2 * PLACES)
  await late.look(LOOK_MS + 41)
  assert.equal(late.names().length, PLACES)
  await late.look(200)
  assert.equal(late.names().length, 2 * PLACES)
})

test('a long body keeps its place only where the event loop is late', async () => {
  const { admission, begun, names, enter, look } = open()
  fill(enter, 'one', PLACES + 2)
  const [first, second] = begun
  assert.ok(first !== undefined && second !== undefined)
  admission.leaveForBody(first.place)
  await look(0)
  assert.equal(names().length, PLACES + 1)
  await look(LOOK_MS + 41)
  admission.leaveForBody(second.place)
  await look(LOOK_MS + 41)
  assert.equal(names().length, PLACES + 1)
})

test('whoever enters and leaves: nobody is lost, and only who waited too long is refused', async () => {
  const step = fc.oneof(
    fc.record({ enter: fc.constantFrom('a', 'b', 'c', 'd') }),
    fc.record({ held: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ millis: fc.integer({ min: 0, max: 300 }) }),
  )
  const property = fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (played) => {
    const { admission, names, refused, enter, held, look } = open()
    let entered = 0
    for (const one of played) {
      if ('millis' in one) await look(one.millis)
      else if ('held' in one) for (let times = one.held; times > 0; times -= 1) await held()
      else {
        enter(one.enter)
        entered += 1
      }
    }
    for (let rest = entered; rest > 0; rest -= 1) await held()
    assert.equal(names().length + refused.length, entered)
    assert.equal(admission.refused, refused.length)
    assert.ok(refused.every((code) => code === 'unavailable'))
    const waited = played.reduce((sum, one) => sum + ('millis' in one ? one.millis : 0), 0)
    if (waited < 2_000) assert.deepEqual(refused, [])
  })
  const seed = Number(process.env['FAREBOX_SEED'] ?? Date.now() % 1e9)
  await fc.assert(property, { seed, numRuns: 200 })
})

test('of accounts that wait, each begins as many as another, one by one', async () => {
  const { names, enter, held } = open()
  fill(enter, 'first', PLACES)
  for (const name of ['a', 'b', 'c']) fill(enter, name, 20)
  for (let times = 0; times < 30; times += 1) await held()
  const begun = names().slice(PLACES)
  assert.deepEqual(begun.slice(0, 6), ['a', 'b', 'c', 'a', 'b', 'c'])
  for (const name of ['a', 'b', 'c']) assert.equal(begun.filter((one) => one === name).length, 10)
})

test('who waited for two seconds is refused, and beyond ten thousand the account with the most', async () => {
  const late = open()
  fill(late.enter, 'one', 60 * PLACES)
  await late.look(1_000)
  await late.look(1_000)
  assert.deepEqual(late.refused, [])
  await late.look(1)
  assert.ok(late.refused.length > 0 && late.refused.every((code) => code === 'unavailable'))
  const full = open()
  fill(full.enter, 'busy', PLACES)
  fill(full.enter, 'many', 10_002)
  assert.equal(full.admission.refused, 1)
  full.enter('few')
  assert.equal(full.names().at(-1), 'few')
  fill(full.enter, 'few', 2)
  assert.equal(full.admission.refused, 3)
  for (let times = 0; times < 6; times += 1) await full.held()
  assert.equal(full.names().filter((name) => name === 'few').length, 3)
})

test('thousands who leave their place as soon as they are told of it are told one after the other', () => {
  const admission = new Admission({ now: () => 0, monotonic: () => 0 })
  const places = Array.from({ length: PLACES }, () => admission.enter('one'))
  let told = 0
  for (let index = 0; index < 9_000; index += 1)
    admission.wait(`account ${index % 7}`, (turn) => {
      told += 1
      if (!(turn instanceof FailureError)) admission.leave(turn)
    })
  assert.deepEqual([told, admission.isCrowded], [0, true])
  const [first] = places
  assert.ok(first !== undefined && !(first instanceof Promise))
  admission.leave(first)
  // Seven crowds are 32 calls in a millisecond, as their places rest.
  for (let millis = 0; millis < 300; millis += 1) mock.timers.tick(1)
  assert.deepEqual([told, admission.isCrowded], [9_000, false])
})

test('who was refused as there were too many and comes again has his turn', () => {
  const admission = new Admission({ now: () => 0, monotonic: () => 0 })
  const places = Array.from({ length: PLACES }, () => admission.enter('one'))
  const begun: string[] = []
  const refused: string[] = []
  const wait = (account: string): void =>
    admission.wait(account, (turn) => {
      if (turn instanceof FailureError) refused.push(account)
      else admission.leave(turn)
      if (!(turn instanceof FailureError)) begun.push(account)
    })
  for (let index = 0; index < 10_001; index += 1) wait(`account ${index}`)
  assert.deepEqual(refused, ['account 0'])
  wait('account 0')
  assert.deepEqual(refused, ['account 0', 'account 1'])
  const [first] = places
  assert.ok(first !== undefined && !(first instanceof Promise))
  admission.leave(first)
  assert.deepEqual([begun.length, begun.at(-1)], [10_000, 'account 0'])
})
