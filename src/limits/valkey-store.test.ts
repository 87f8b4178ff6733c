// Guarantee: the scripts in Valkey do what the store in memory does, which limits are tested over; a server that takes no writes counts nobody; what it
// handed out before it lost its counts it does not hand out again; nothing in Valkey tells who calls, and all of it expires.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { startValkey, type Valkey, valkeyMissing } from '../../checks/valkey.ts'
import { openValkeyDoor } from '../../checks/valkey-door.ts'
import { JOIN, LEASE } from './limit-scripts.ts'
import { StoreRefusedError } from './limit-store.ts'
import { MemoryStore } from './testing.ts'
import { openValkeyStore } from './valkey-store.ts'

const START = Date.parse('2026-11-27T00:00:30Z')
const skip = valkeyMissing() ?? false

/** The scripts with a clock that the test sets. */
const atTestTime = (script: string): string =>
  script.replace("redis.call('TIME')", "{redis.call('GET', 'test:s'), redis.call('GET', 'test:us')}")

const item = fc.record({
  kind: fc.constantFrom('requests', 'tokens', 'places', 'declared'),
  name: fc.constantFrom('a', 'b'),
  limit: fc.integer({ min: 1, max: 50 }),
  count: fc.integer({ min: -9, max: 30 }),
  ahead: fc.nat(20),
  isOfNow: fc.boolean(),
})
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass'), millis: fc.constantFrom(1, 900, 6_000, 20_000, 61_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('join'), node: fc.nat(2), tag: fc.nat(1), isLate: fc.nat(5) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('lease'),
      node: fc.nat(2),
      tag: fc.nat(1),
      nodes: fc.integer({ min: 1, max: 3 }),
      items: fc.array(item, { maxLength: 4 }),
    }),
  },
)

test('whatever is asked in whatever order is answered as the store in memory answers it', { skip }, async () => {
  const valkey = await startValkey()
  const store = openValkeyStore(valkey.url, { join: atTestTime(JOIN), lease: atTestTime(LEASE) })
  try {
    const same = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      await valkey.ask('FLUSHALL')
      const model = new MemoryStore(START)
      const link = model.linkOf(() => {})
      for (const next of steps) {
        if (next.kind === 'pass') model.now += next.millis
        await valkey.ask('MSET', 'test:s', String(Math.floor(model.now / 1_000)), 'test:us', String((model.now % 1_000) * 1_000))
        if (next.kind === 'pass') continue
        const member = { nodeId: `n${next.node}`, tag: `n${next.node}:${next.tag}` }
        const deadline = model.now - (next.kind === 'join' && next.isLate === 0 ? 1 : 0)
        if (next.kind === 'join') {
          const told = { deadline, ttlMs: 15_000 }
          assert.deepEqual(await store.join(member, told), await link.join(member, told))
        } else {
          const window = Math.floor(model.now / 60_000)
          const items = next.items.map(({ isOfNow, ...rest }) => ({ ...rest, window: isOfNow ? window : window - 1 }))
          const told = { deadline, nodes: next.nodes, items }
          assert.deepEqual(await store.lease(member, told), await link.lease(member, told))
        }
      }
    })
    await untilReachable(store.time)
    await fc.assert(same, { numRuns: 25, endOnFailure: true })
  } finally {
    await store.close()
    await valkey.stop()
  }
})

test('what lies in Valkey expires, and one that is gone or holds something else fails at once', { skip }, async () => {
  const valkey = await startValkey()
  const store = openValkeyStore(valkey.url)
  const member = { nodeId: 'n', tag: 'n:1' }
  try {
    await untilReachable(store.time)
    const deadline = (await store.time()) + 60_000
    assert.equal((await store.join(member, { deadline, ttlMs: 15_000 })).result, 'joined')
    const items = [{ kind: 'places', name: 'x', limit: 5, count: 1, ahead: 0, window: 0 } as const]
    assert.equal((await store.lease(member, { deadline, nodes: 1, items })).result, 'leased')
    const names = (await valkey.ask('KEYS', '*')) as readonly string[]
    assert.ok(names.length >= 4)
    for (const name of names) assert.ok(Number(await valkey.ask('PTTL', name)) > 0, `${name} stays for ever`)
    await valkey.ask('SET', 'farebox:limits:places:x', 'odd')
    await assert.rejects(store.lease(member, { deadline, nodes: 1, items }), /WRONGTYPE/)
    await valkey.kill()
    await assert.rejects(store.time())
    await valkey.start()
    await untilReachable(store.time)
    assert.deepEqual((await store.lease(member, { deadline, nodes: 1, items: [] })).result, 'unjoined')
  } finally {
    await store.close()
    await valkey.stop()
  }
})

/** How counts are lost while all else stays: a start with what was saved some time ago, and memory that is full. */
const LOSSES: Readonly<
  Record<string, { readonly before: (valkey: Valkey) => Promise<unknown>; readonly after: (valkey: Valkey) => Promise<void> }>
> = {
  'starts again with what it saved before': {
    before: (valkey) => valkey.ask('SAVE'),
    after: async (valkey) => {
      await valkey.kill()
      await valkey.start()
    },
  },
  'is full and lets go of counts': {
    before: async () => undefined,
    after: async (valkey) => {
      const used = Number(/used_memory:(\d+)/.exec(String(await valkey.ask('INFO', 'memory')))?.[1])
      await valkey.ask('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl')
      await valkey.ask('CONFIG', 'SET', 'maxmemory', String(used + 200_000))
      const isThere = async (): Promise<boolean> =>
        ((await valkey.ask('KEYS', 'farebox:limits:requests:*')) as readonly string[]).length > 0
      for (let other = 0; await isThere(); other += 1) {
        assert.ok(other < 1_000, 'nothing was let go of')
        await valkey.ask('SETEX', `other:${other}`, '500', 'x'.repeat(2_000))
      }
    },
  },
}

for (const [told, { before, after }] of Object.entries(LOSSES)) {
  test(`one that ${told} hands out nothing more in that minute, and all of a limit in the one after the next`, { skip }, async () => {
    const valkey = await startValkey()
    const store = openValkeyStore(valkey.url, { join: atTestTime(JOIN), lease: atTestTime(LEASE) })
    const member = { nodeId: 'n', tag: 'n:1' }
    let now = START
    const at = async (time: number): Promise<void> => {
      now = time
      await valkey.ask('MSET', 'test:s', String(Math.floor(now / 1_000)), 'test:us', '0')
    }
    const join = () => store.join(member, { deadline: now + 1_000, ttlMs: 15_000 })
    const live = async (until: number): Promise<void> => {
      for (let time = now; time < until; time += 10_000) {
        await at(Math.min(time + 10_000, until))
        await join()
      }
    }
    const lease = async (count: number): Promise<number> => {
      const items = [{ kind: 'requests', name: 'x', limit: 10, count, ahead: 0, window: Math.floor(now / 60_000) } as const]
      const answer = await store.lease(member, { deadline: now + 1_000, nodes: 1, items })
      return answer.result === 'leased' ? (answer.items[0]?.given ?? 0) : 0
    }
    try {
      await untilReachable(store.time)
      await at(START)
      await join()
      await live(START + 40_000)
      assert.equal(await lease(1), 1)
      await before(valkey)
      assert.equal(await lease(9), 9)
      await after(valkey)
      await untilReachable(store.time)
      await at(now + 1_000)
      assert.equal(await lease(10), 0)
      assert.equal((await join()).result, 'joined')
      assert.equal(await lease(10), 0)
      await live(START + 100_000)
      assert.equal(await lease(10), 10)
    } finally {
      await store.close()
      await valkey.stop()
    }
  })
}

/** How a server comes to answer and to take no writes, by what it says then. */
const REFUSALS: Readonly<Record<string, (valkey: Valkey) => Promise<unknown>>> = {
  MISCONF: async (valkey) => {
    const [, folder] = (await valkey.ask('CONFIG', 'GET', 'dir')) as readonly string[]
    rmSync(folder ?? '', { recursive: true })
    await valkey.ask('CONFIG', 'SET', 'save', '900 1')
    await valkey.ask('BGSAVE')
    await until(async () => String(await valkey.ask('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'))
  },
  NOREPLICAS: (valkey) => valkey.ask('CONFIG', 'SET', 'min-replicas-to-write', '1'),
  OOM: (valkey) => valkey.ask('CONFIG', 'SET', 'maxmemory', '1'),
  READONLY: (valkey) => valkey.ask('REPLICAOF', '127.0.0.1', '1'),
  NOPERM: (valkey) => valkey.ask('ACL', 'SETUSER', 'default', '-zadd'),
}

for (const [code, refuse] of Object.entries(REFUSALS)) {
  test(`one that answers and says ${code} counts nobody, which is told apart from no answer`, { skip }, async () => {
    const valkey = await startValkey()
    const store = openValkeyStore(valkey.url)
    try {
      await untilReachable(store.time)
      const told = { deadline: (await store.time()) + 60_000, ttlMs: 15_000 }
      assert.equal((await store.join({ nodeId: 'n', tag: 'n:1' }, told)).result, 'joined')
      await refuse(valkey)
      await store.time()
      const isRefusal = (thrown: unknown): boolean => thrown instanceof StoreRefusedError && thrown.code === code
      await assert.rejects(store.join({ nodeId: 'm', tag: 'm:1' }, told), isRefusal)
      assert.deepEqual(await valkey.ask('ZRANGE', 'farebox:limits:live', '0', '-1'), ['n:1'])
    } finally {
      await store.close()
      await valkey.stop()
    }
  })
}

const portOf = ({ url }: Valkey): number => Number(new URL(url).port)

for (const servesStale of ['yes', 'no']) {
  test(`one that became a replica is left for the one in its place, where it serves what it has: ${servesStale}`, { skip }, async () => {
    const [before, after] = [await startValkey(), await startValkey()]
    const door = await openValkeyDoor(before.url)
    const store = openValkeyStore(door.url)
    const join = async () => store.join({ nodeId: 'n', tag: 'n:1' }, { deadline: (await store.time()) + 60_000, ttlMs: 15_000 })
    try {
      await untilReachable(store.time)
      await join()
      await before.ask('CONFIG', 'SET', 'replica-serve-stale-data', servesStale)
      await before.ask('REPLICAOF', '127.0.0.1', '1')
      door.lead(portOf(after))
      await until(() => join().then(Boolean, () => false))
      assert.deepEqual(await after.ask('ZRANGE', 'farebox:limits:live', '0', '-1'), ['n:1'])
    } finally {
      await store.close()
      await door.stop()
      await before.stop()
      await after.stop()
    }
  })
}

test('one that takes connections and says nothing is not waited for', { skip }, async () => {
  const mute = createServer()
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const valkey = await startValkey()
  const door = await openValkeyDoor(valkey.url)
  const isAsked = new Promise((resolve) => mute.once('connection', resolve))
  door.lead((mute.address() as AddressInfo).port)
  const store = openValkeyStore(door.url)
  try {
    await assert.rejects(store.time())
    await isAsked
    door.lead(portOf(valkey))
    await untilReachable(store.time)
  } finally {
    await store.close()
    await door.stop()
    mute.close()
    await valkey.stop()
  }
})

async function untilReachable(time: () => Promise<number>): Promise<void> {
  await until(() => time().then(Boolean, () => false))
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    assert.ok(tries < 100, 'waited for five seconds')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
