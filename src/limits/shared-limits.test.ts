// Guarantee: nodes that count together admit never more than a limit in a minute, and all of it; whatever is cut, lost or late, no more than limit × (1 + 1/nodes).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Admission, LimitStore, Permits, Subject } from './index.ts'
import { StoreRefusedError } from './limit-store.ts'
import { SharedLimits } from './shared-limits.ts'
import { MemoryStore } from './testing.ts'

const START = Date.parse('2026-11-27T00:00:00Z')
const MINUTE = 60_000
const SECOND = 1_000

type Node = {
  readonly limits: SharedLimits
  readonly store: { isCut: boolean; losesAnswers: boolean; refuses: boolean }
  readonly open: { readonly permits: Permits; readonly subject: Subject }[]
}

/** Nodes on one store, and the time of all of them. */
class World {
  readonly store = new MemoryStore(START + 31_000)
  readonly nodes: readonly Node[]
  #passed = 0

  constructor(offsets: readonly number[]) {
    this.nodes = offsets.map((offset, index) => {
      const reach = { isCut: false, losesAnswers: false, refuses: false }
      const link = this.store.linkOf(() => {
        if (reach.isCut) throw new Error('cut')
      })
      const lossy: LimitStore = {
        ...link,
        join: async (...asked) => link.join(...unrefused(asked, reach)),
        lease: async (...asked) => kept(await link.lease(...unrefused(asked, reach)), reach),
      }
      const clock = { now: () => this.store.now + offset, monotonic: () => this.#passed + index * 17 }
      let tags = 0
      const newTag = () => String(++tags)
      const limits = new SharedLimits({ clock, log: () => {}, nodeId: `node-${index}`, store: lossy, nameOf: (id) => id, newTag })
      limits.setNodes(offsets.length)
      return { limits, store: reach, open: [] }
    })
  }

  get window(): number {
    return Math.floor(this.store.now / MINUTE)
  }

  pass(millis: number): void {
    this.#passed += millis
    this.store.now += millis
  }

  async tick(): Promise<void> {
    for (const { limits } of this.nodes) await limits.tick()
  }

  /** Lets time go by with a tick each second. */
  async live(millis: number): Promise<void> {
    for (let left = millis; left > 0; left -= SECOND) {
      this.pass(Math.min(SECOND, left))
      await this.tick()
    }
  }

  async untilShared(): Promise<void> {
    await this.tick()
    await this.live(2 * MINUTE)
  }
}

const unrefused = <T>(asked: T, reach: { readonly refuses: boolean }): T => {
  if (reach.refuses) throw new StoreRefusedError('OOM')
  return asked
}

const kept = <T>(answer: T, reach: { readonly losesAnswers: boolean }): T => {
  if (reach.losesAnswers) throw new Error('late')
  return answer
}

const subjectOf = (id: string, [requests, tokens, calls]: readonly (number | undefined)[]): Subject => ({
  id,
  limits: { requestsPerMinute: requests, tokensPerMinute: tokens, concurrentCalls: calls },
})

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('admit'), node: fc.nat(9), tokens: fc.nat(60), times: fc.constantFrom(1, 2, 9, 70) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end'), node: fc.nat(9), call: fc.nat(99), used: fc.nat(80) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('live'), millis: fc.constantFrom(1, 200, 3_000, 17_000, 61_000) }) },
)
const fault = fc.oneof(
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut'), nodes: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse'), nodes: fc.nat(15) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mend'), nodes: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deafen'), node: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lapse') }) },
)
const faulty = fc.oneof({ weight: 4, arbitrary: step }, { weight: 1, arbitrary: fault })
type Step = typeof faulty extends fc.Arbitrary<infer T> ? T : never

/** What becomes of how nodes reach the store. */
const REACH = {
  cut: { isCut: true },
  refuse: { refuses: true },
  mend: { isCut: false, losesAnswers: false, refuses: false },
} as const

type Played = { readonly requests: Map<string, number>; readonly tokens: Map<string, number> }

async function play(world: World, steps: readonly Step[], subject: Subject): Promise<Played> {
  const played: Played = { requests: new Map(), tokens: new Map() }
  const add = (counts: Map<string, number>, by: number): void => {
    const key = String(world.window)
    counts.set(key, (counts.get(key) ?? 0) + by)
  }
  for (const next of steps) {
    const node = 'node' in next ? world.nodes[next.node % world.nodes.length] : undefined
    if (next.kind === 'live') await world.live(next.millis)
    else if (next.kind === 'lose') world.store.lose()
    else if (next.kind === 'lapse') world.store.lapse()
    else if ('nodes' in next) {
      const hit = world.nodes.filter((_node, index) => (next.nodes & (1 << index)) > 0)
      for (const { store } of hit) Object.assign(store, REACH[next.kind])
    } else if (node === undefined) continue
    else if (next.kind === 'deafen') node.store.losesAnswers = true
    else if (next.kind === 'end') {
      const [call] = node.open.splice(next.call % Math.max(1, node.open.length), 1)
      if (call !== undefined) node.limits.end(call.permits, next.used)
    } else {
      const admitted = (await askAll(node, subject, next)).filter((one) => one.isAdmitted)
      for (const admission of admitted) {
        node.open.push({ permits: admission.permits, subject })
        add(played.requests, 1)
        add(played.tokens, Math.min(next.tokens, subject.limits.tokensPerMinute ?? next.tokens))
      }
    }
  }
  return played
}

const offsets = fc.array(fc.constantFrom(0, 0, 40, -40, 900, -7_000), { minLength: 1, maxLength: 4 })
const limitOf = (max: number) => fc.integer({ min: 1, max })

test('nodes that count together let in no more than the limit of requests and of calls at a time', async () => {
  const together = fc.asyncProperty(
    offsets,
    fc.array(step, { maxLength: 60, size: 'max' }),
    limitOf(40),
    limitOf(12),
    async (at, steps, requests, calls) => {
      const world = new World(at)
      await world.untilShared()
      const played = await play(world, steps, subjectOf('s', [requests, undefined, calls]))
      for (const [window, count] of played.requests) assert.ok(count <= requests, `${count} of ${requests} in ${window}`)
      const running = world.nodes.reduce((sum, { open }) => sum + open.length, 0)
      assert.ok(running <= calls, `${running} of ${calls} at a time`)
    },
  )
  await fc.assert(together, { numRuns: 60, endOnFailure: true })
})

test('whatever is cut off, deaf or lost, all nodes together let in no more than limit × (1 + 1/nodes)', async () => {
  const broken = fc.asyncProperty(offsets, fc.array(faulty, { maxLength: 80, size: 'max' }), limitOf(60), async (at, steps, requests) => {
    const world = new World(at)
    await world.untilShared()
    const played = await play(world, steps, subjectOf('s', [requests, undefined, undefined]))
    const most = requests * (1 + 1 / at.length)
    for (const [window, count] of played.requests) assert.ok(count <= most, `${count} of ${requests} × (1 + 1/${at.length}) in ${window}`)
  })
  await fc.assert(broken, { numRuns: 120, endOnFailure: true })
})

test('tokens are counted as they are reserved, across nodes', async () => {
  const counted = fc.asyncProperty(offsets, fc.array(faulty, { maxLength: 60, size: 'max' }), limitOf(900), async (at, steps, tokens) => {
    const world = new World(at)
    await world.untilShared()
    // No call ends, so what is reserved is what counts.
    const played = await play(
      world,
      steps.filter(({ kind }) => kind !== 'end'),
      subjectOf('s', [undefined, tokens, undefined]),
    )
    for (const count of played.tokens.values()) assert.ok(count <= tokens * (1 + 1 / at.length), `${count} of ${tokens}`)
  })
  await fc.assert(counted, { numRuns: 60, endOnFailure: true })
})

const askAll = (
  node: Node | undefined,
  subject: Subject,
  { times, tokens = 1 }: { times: number; tokens?: number },
): Promise<Admission[]> =>
  node === undefined
    ? Promise.resolve([])
    : Promise.all(Array.from({ length: times }, async () => await node.limits.admit([subject], tokens)))

const admitAt = async (node: Node | undefined, subject: Subject, times: number): Promise<number> =>
  (await askAll(node, subject, { times })).filter(({ isAdmitted }) => isAdmitted).length

test('the whole of a limit is to be had on one node, and what another has idle after a second', async () => {
  const world = new World([0, 0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [100, undefined, undefined])
  assert.equal(await admitAt(world.nodes[0], subject, 40), 40)
  const rest = await admitAt(world.nodes[1], subject, 100)
  await world.live(3_000)
  assert.equal(rest + (await admitAt(world.nodes[2], subject, 100)), 60)
})

test('places that end on one node are free for another, and those of a process that died when it counts no more', async () => {
  const world = new World([0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [undefined, undefined, 4])
  const [first, second] = world.nodes
  const held = await askAll(first, subject, { times: 4 })
  assert.equal(await admitAt(second, subject, 4), 0)
  for (const admission of held.slice(0, 2)) if (admission.isAdmitted) first?.limits.end(admission.permits, 1)
  await world.live(3_000)
  assert.equal(await admitAt(second, subject, 4), 2)
})

/** Calls by turns on both nodes, one each `every` milliseconds with ticks each second; how many each let in. Calls end at once, having used `used`. */
async function byTurns(world: World, subject: Subject, call: { tokens: number; used: number; every: number; times: number }) {
  const admitted = [0, 0]
  for (let turn = 0, sinceTick = 0; turn < call.times; turn += 1) {
    const node = world.nodes[turn % 2]
    const [admission] = await askAll(node, subject, { times: 1, tokens: call.tokens })
    if (admission?.isAdmitted === true) {
      node?.limits.end(admission.permits, call.used)
      admitted[turn % 2] = (admitted[turn % 2] ?? 0) + 1
    }
    world.pass(call.every)
    sinceTick += call.every
    if (sinceTick < SECOND) continue
    sinceTick -= SECOND
    await world.tick()
  }
  return admitted
}

test('places that a node leased and does not use go back while it goes on being called', async () => {
  for (const [places, first] of [
    [1, 1],
    [4, 4],
    [4, 3],
    [100, 99],
  ] as const) {
    const world = new World([0, 0])
    await world.untilShared()
    const subject = subjectOf('s', [undefined, undefined, places])
    const [busy, other] = world.nodes
    for (const admission of await askAll(busy, subject, { times: first })) {
      if (admission.isAdmitted) busy?.limits.end(admission.permits, 1)
    }
    const [inFirst = 0, inSecond = 0] = await byTurns(world, subject, { tokens: 1, used: 1, every: 400, times: 60 })
    assert.ok(inFirst >= 12 && inSecond >= 12, `${inFirst} and ${inSecond} of 30 with ${places} places`)
    // The first goes on being called, one call at a time.
    for (let turn = 0; turn < 8; turn += 1) {
      const [admission] = await askAll(busy, subject, { times: 1 })
      if (admission?.isAdmitted === true) busy?.limits.end(admission.permits, 1)
      world.pass(500)
      if (turn % 2 === 1) await world.tick()
    }
    const had = await admitAt(other, subject, places)
    assert.ok(had >= places - 1, `${had} of ${places} places`)
  }
})

test('tokens that calls reserved and did not use go back while their node goes on being called', async () => {
  for (const tokens of [30_000, 60_000, 95_000]) {
    const world = new World([0, 0])
    await world.untilShared()
    const subject = subjectOf('s', [undefined, 100_000, undefined])
    const [first = 0, second = 0] = await byTurns(world, subject, { tokens, used: 10, every: 800, times: 36 })
    assert.ok(first >= 9 && second >= 9, `${first} and ${second} of 18 with bounds of ${tokens}`)
  }
})

test('what is too little for a call is not kept for it', async () => {
  const world = new World([0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [undefined, 1_000, undefined])
  const [first, second] = world.nodes
  await askAll(first, subject, { times: 1, tokens: 400 })
  for (let turn = 0; turn < 4; turn += 1) {
    assert.equal((await askAll(second, subject, { times: 1, tokens: 900 }))[0]?.isAdmitted, false)
    world.pass(500)
    if (turn % 2 === 1) await world.tick()
  }
  assert.equal((await askAll(first, subject, { times: 1, tokens: 600 }))[0]?.isAdmitted, true)
})

test('a call finds what its own node gave back a moment ago', async () => {
  const world = new World([0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [undefined, undefined, 1])
  const [node] = world.nodes
  for (let turn = 0; turn < 6; turn += 1) {
    const [admission] = await askAll(node, subject, { times: 1 })
    assert.equal(admission?.isAdmitted, true, `call ${turn}`)
    if (admission?.isAdmitted === true) node?.limits.end(admission.permits, 1)
    world.pass(50)
    await world.tick()
  }
})

test('who uses a third of a limit over and over waits for the store while the lease grows, and then no more', async () => {
  const world = new World([0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [10_000, 100_000, 20])
  const [node] = world.nodes
  const trips = []
  for (let turn = 0; turn < 40; turn += 1) {
    const answers = Array.from({ length: 4 }, () => node?.limits.admit([subject], 6_000))
    if (answers.some((answer) => answer !== undefined && 'then' in answer)) trips.push(turn)
    for (const answer of answers) {
      const admission = await answer
      if (admission?.isAdmitted === true) node?.limits.end(admission.permits, 50)
    }
    world.pass(500)
    if (turn % 2 === 1) await world.tick()
  }
  assert.ok(
    trips.every((turn) => turn < 8),
    `waited in turns ${trips.join(' ')}`,
  )
})

test('without a store each node grants its part, alone the whole', async () => {
  let passed = 0
  const clock = { now: () => START + passed, monotonic: () => passed }
  const limits = new SharedLimits({ clock, log: () => {}, nodeId: 'n', store: undefined, nameOf: String, newTag: () => '' })
  const subject = subjectOf('s', [12, undefined, 12])
  const node: Node = { limits, store: { isCut: false, losesAnswers: false, refuses: false }, open: [] }
  assert.equal(await admitAt(node, subject, 20), 12)
  limits.setNodes(3)
  passed += 120_000
  const other = subjectOf('t', [12, undefined, undefined])
  assert.equal(await admitAt(node, other, 20), 4)
})

test('what is had ahead is granted without asking', async () => {
  const world = new World([0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [10_000, undefined, undefined])
  const [node] = world.nodes
  await admitAt(node, subject, 60)
  await new Promise((resolve) => setImmediate(resolve))
  assert.ok(!('then' in (node?.limits.admit([subject], 1) ?? {})), 'a call waited for what was leased')
})

test('a node that comes back counts with the others again from the next window on', async () => {
  const world = new World([0, 0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [90, undefined, undefined])
  for (const { store } of world.nodes) store.isCut = true
  await world.live(3 * MINUTE)
  const alone = []
  for (const node of world.nodes) alone.push(await admitAt(node, subject, 90))
  assert.deepEqual(alone, [30, 30, 30])
  for (const { store } of world.nodes) store.isCut = false
  await world.live(2 * MINUTE)
  assert.ok(world.nodes.every(({ limits }) => limits.isShared))
  assert.equal(await admitAt(world.nodes[1], subject, 120), 90)
})

test('counts that were lost are not granted again in their window', async () => {
  const world = new World([0, 0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [90, undefined, undefined])
  assert.equal(await admitAt(world.nodes[0], subject, 90), 90)
  world.store.lose()
  await world.live(2_000)
  for (const node of world.nodes.slice(1)) assert.equal(await admitAt(node, subject, 90), 10)
})

test('a node that granted its part alone is not counted as one that shares in that window', async () => {
  const world = new World([0, 0, 0])
  await world.untilShared()
  const subject = subjectOf('s', [90, undefined, undefined])
  for (const { store } of world.nodes) store.isCut = true
  await world.live(3 * MINUTE + 10_000)
  for (const node of world.nodes) assert.equal(await admitAt(node, subject, 90), 30)
  for (const { store } of world.nodes) store.isCut = false
  await world.live(3_000)
  for (const node of world.nodes) assert.equal(await admitAt(node, subject, 90), 0)
})

test('a store that answers and counts nobody, as one that is full, is as good as away: each node grants its part', async () => {
  for (const wasShared of [false, true]) {
    const world = new World([0, 0])
    if (wasShared) await world.untilShared()
    for (const { store } of world.nodes) store.refuses = true
    await world.live(2 * MINUTE)
    const [many, few] = [subjectOf('s', [90, undefined, 6]), subjectOf('t', [2, undefined, undefined])]
    for (const node of world.nodes) {
      assert.equal(await admitAt(node, many, 90), 3)
      assert.equal(await admitAt(node, subjectOf('u', [90, undefined, undefined]), 90), 45)
      assert.equal(await admitAt(node, few, 2), 1)
    }
    for (const { store } of world.nodes) store.refuses = false
    await world.live(2 * MINUTE)
    assert.ok(world.nodes.every(({ limits }) => limits.isShared))
  }
})
