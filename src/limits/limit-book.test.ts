// Guarantee: in no minute is more admitted than a limit allows, whatever the clock does; a refused call takes nothing; what ends gives its place back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Admission, LimitBook, type Permits, type Subject } from './index.ts'

const START = Date.parse('2026-11-21T12:00:00Z')
const MINUTE = 60_000

/** A clock whose time of day can jump, and whose monotonic time cannot. */
const clockAt = (at: number) => {
  const clock = { wall: at, passed: 5_000_000, now: () => clock.wall, monotonic: () => clock.passed }
  const forward = (millis: number) => {
    clock.wall += millis
    clock.passed += millis
  }
  return { clock, forward, jump: (millis: number) => (clock.wall += millis) }
}

const subjectOf = (id: string, [requests, tokens, calls]: readonly (number | undefined)[]): Subject => ({
  id,
  limits: { requestsPerMinute: requests, tokensPerMinute: tokens, concurrentCalls: calls },
})
const admitted = (admission: Admission): Permits => (admission.isAdmitted ? admission.permits : assert.fail(admission.reason))

const limit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: undefined })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('admit'), key: fc.nat({ max: 2 }), tokens: fc.nat({ max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end'), call: fc.nat({ max: 99 }), used: fc.nat({ max: 80 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('give-back'), call: fc.nat({ max: 99 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('forward'), millis: fc.constantFrom(1, 900, 20_000, 61_000, 130_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('jump'), millis: fc.constantFrom(-86_400_000, -61_000, -1, 1, 3_600_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Running = { readonly permits: Permits; readonly subjects: readonly Subject[]; readonly bound: number; readonly minute: number }

/** What a book that is right would count: calls by subject that are running, requests and tokens by subject and minute. */
class Model {
  readonly running: Running[] = []
  readonly #counts = new Map<string, number>()

  add(name: string, by: number): void {
    this.#counts.set(name, this.of(name) + by)
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }
}

const bounded = ({ limits }: Subject, tokens: number): number => Math.min(tokens, limits.tokensPerMinute ?? tokens)

function isAllowed(
  model: Model,
  subjects: readonly Subject[],
  { tokens, minute }: { readonly tokens: number; readonly minute: number },
): boolean {
  return subjects.every((subject) => {
    const { requestsPerMinute = Infinity, tokensPerMinute = Infinity, concurrentCalls = Infinity } = subject.limits
    const counted = model.of(`tokens ${subject.id} ${minute}`) + bounded(subject, tokens)
    const requests = model.of(`requests ${subject.id} ${minute}`)
    return model.of(`calls ${subject.id}`) < concurrentCalls && requests < requestsPerMinute && counted <= tokensPerMinute
  })
}

function play(steps: readonly Step[], limits: readonly (readonly (number | undefined)[])[]): void {
  const { clock, forward, jump } = clockAt(START)
  const origin = clock.wall - clock.passed
  const minuteNow = () => Math.floor((origin + clock.passed) / MINUTE)
  let book = new LimitBook(clock)
  const account = subjectOf('account', limits[3] ?? [])
  const subjectsOf = (key: number) => [subjectOf(`key ${key}`, limits[key] ?? []), account]
  const model = new Model()
  for (const next of steps) {
    if (next.kind === 'forward') forward(next.millis)
    else if (next.kind === 'jump') jump(next.millis)
    else if (next.kind === 'sweep') book.sweep()
    else if (next.kind === 'restart') {
      // The clock that a process begins with is that of the database, which makes no jumps.
      clock.wall = origin + clock.passed
      book = restarted(new LimitBook(clock), { model, minute: minuteNow(), ids: [0, 1, 2].map((key) => `key ${key}`).concat('account') })
    } else if (next.kind === 'admit') {
      const subjects = subjectsOf(next.key)
      const minute = minuteNow()
      const admission = book.admit(subjects, next.tokens)
      assert.equal(admission.isAdmitted, isAllowed(model, subjects, { tokens: next.tokens, minute }))
      if (admission.isAdmitted) begin(model, { permits: admission.permits, subjects, bound: next.tokens, minute })
    } else {
      const [call] = model.running.splice(next.call % Math.max(1, model.running.length), 1)
      if (call === undefined) continue
      if (next.kind === 'end') book.end(call.permits, next.used)
      else book.giveBack(call.permits)
      end(model, call, next.kind === 'end' ? next.used : undefined)
    }
  }
}

/** A book that is told what is in the books of the minute, and by gateways what they have open. */
function restarted(
  book: LimitBook,
  { model, minute, ids }: { readonly model: Model; readonly minute: number; readonly ids: readonly string[] },
): LimitBook {
  for (const id of ids) {
    const open = model.running.filter((call) => call.minute === minute && call.subjects.some((subject) => subject.id === id))
    const reserved = open.flatMap(({ subjects, bound }) =>
      subjects.filter((subject) => subject.id === id).map((one) => bounded(one, bound)),
    )
    const ended = {
      requests: model.of(`requests ${id} ${minute}`) - open.length,
      tokens: model.of(`tokens ${id} ${minute}`) - reserved.reduce((sum, tokens) => sum + tokens, 0),
    }
    book.recall({ id, ...ended }, minute * MINUTE)
  }
  for (const [index, call] of model.running.entries()) {
    const permits = book.readmit(call.subjects, { tokens: call.bound, startedAt: call.minute * MINUTE, isPart: false })
    model.running[index] = { ...call, permits }
  }
  return book
}

function begin(model: Model, call: Running): void {
  model.running.push(call)
  for (const subject of call.subjects) {
    model.add(`calls ${subject.id}`, 1)
    model.add(`requests ${subject.id} ${call.minute}`, 1)
    model.add(`tokens ${subject.id} ${call.minute}`, bounded(subject, call.bound))
  }
}

function end(model: Model, call: Running, used: number | undefined): void {
  for (const subject of call.subjects) {
    const reserved = bounded(subject, call.bound)
    model.add(`calls ${subject.id}`, -1)
    if (used === undefined) model.add(`requests ${subject.id} ${call.minute}`, -1)
    model.add(`tokens ${subject.id} ${call.minute}`, Math.min(used ?? 0, reserved) - reserved)
  }
}

test('what is admitted is what the limits allow, over random calls, ends, clocks and restarts', () => {
  const limitsOfOne = fc.tuple(limit(5), limit(100), limit(4))
  fc.assert(fc.property(fc.array(step, { maxLength: 80, size: 'max' }), fc.array(limitsOfOne, { minLength: 4, maxLength: 4 }), play), {
    numRuns: 1500,
  })
})

test('a refusal takes nothing of the limits that had room', () => {
  const { clock } = clockAt(START)
  const book = new LimitBook(clock)
  const [roomy, full] = [subjectOf('roomy', [10, 1000, 10]), subjectOf('full', [1, undefined, undefined])]
  book.admit([full], 1)
  for (let times = 0; times < 5; times += 1) assert.equal(book.admit([roomy, full], 7).isAdmitted, false)
  const { requests, tokens } = book.report([roomy])
  assert.deepEqual(
    [requests, tokens],
    [
      { limit: 10, remaining: 10 },
      { limit: 1000, remaining: 1000 },
    ],
  )
})

test('a clock that is set back does not open a minute a second time', () => {
  const { clock, forward, jump } = clockAt(START + 59_990)
  const book = new LimitBook(clock)
  const subject = subjectOf('s', [3, undefined, undefined])
  const admit = () => book.admit([subject], 1).isAdmitted
  assert.deepEqual([admit(), admit(), admit(), admit()], [true, true, true, false])
  jump(15)
  jump(-15)
  assert.equal(admit(), false)
  forward(10)
  assert.equal(admit(), true)
  jump(-20)
  assert.deepEqual([admit(), admit(), admit()], [true, true, false])
})

test('the report tells the limit that is closest to its end', () => {
  const { clock } = clockAt(START + 10_000)
  const book = new LimitBook(clock)
  const [key, account] = [subjectOf('key', [10, 500, undefined]), subjectOf('account', [4, 900, undefined])]
  const permits = admitted(book.admit([key, account], 100))
  assert.deepEqual(book.report([key, account]), {
    requests: { limit: 4, remaining: 3 },
    tokens: { limit: 500, remaining: 400 },
    resetMs: 50_000,
  })
  book.end(permits, 30)
  assert.equal(book.report([key, account]).tokens?.remaining, 470)
})

test('a call of a control process before this one holds a place, and gives it back', () => {
  const { clock, forward } = clockAt(START)
  const book = new LimitBook(clock)
  const subject = subjectOf('s', [undefined, undefined, 1])
  const permits = book.readmit([subject], { tokens: 0, startedAt: 0, isPart: false })
  forward(300_000)
  book.sweep()
  assert.equal(book.admit([subject], 1).isAdmitted, false)
  book.end(permits, 1000)
  assert.equal(book.admit([subject], 1).isAdmitted, true)
})

test('a part of something that has its place takes none, but its request and its tokens count', () => {
  const { clock } = clockAt(START)
  const book = new LimitBook(clock)
  const subject = { id: 'k', limits: { requestsPerMinute: 3, tokensPerMinute: 1_000, concurrentCalls: 1 } }
  const whole = admitted(book.admit([subject], 0))
  const part = admitted(book.admit([subject], 600, true))
  assert.equal(book.admit([subject], 1).isAdmitted, false, 'the place is taken by the whole')
  assert.equal(book.admit([subject], 600, true).isAdmitted, false, 'the tokens of a part count')
  book.end(part, 10)
  assert.equal(book.admit([subject], 1).isAdmitted, false, 'the end of a part frees no place')
  book.end(book.readmit([subject], { tokens: 0, startedAt: 0, isPart: true }), 0)
  assert.equal(book.admit([subject], 1).isAdmitted, false, 'nor does one of a process before')
  book.end(whole, 0)
  assert.equal(book.admit([subject], 1).isAdmitted, true)
  assert.equal(book.admit([subject], 1, true).isAdmitted, false, 'the requests of parts count')
})
