// Guarantee: what is published is never older than what was published before, a scheduled price is published at its time without being
// told of, and what could not be read is read again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { seededRandom } from '../../sim/index.ts'
import type { Catalog } from '../spec/index.ts'
import { CatalogPublisher, type CatalogSource } from './catalog-publisher.ts'

const catalogOf = (version: number): Catalog => ({ version, upstreams: [], models: [], unpriced: [] })

function world(change: Partial<CatalogSource> = {}) {
  const published: number[] = []
  const unread: unknown[] = []
  const state = { version: 1 }
  const source: CatalogSource = {
    load: async () => catalogOf(state.version),
    millisToNext: async () => undefined,
    publish: (catalog) => published.push(catalog.version),
    onUnread: (thrown) => unread.push(thrown),
    ...change,
  }
  return { published, unread, state, publisher: new CatalogPublisher(source) }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5)
}

test('told of 300 changes at once, it ends with the last one and never goes back', async () => {
  const random = seededRandom(26)
  const { published, state, publisher } = world({
    load: async () => {
      const { version } = state
      await delay(random.below(3))
      return catalogOf(version)
    },
  })
  await publisher.publish()
  for (let round = 0; round < 300; round += 1) {
    state.version += 1
    publisher.refresh()
    if (random.below(5) === 0) await delay(random.below(4))
  }
  await until(() => published.at(-1) === state.version)
  assert.deepEqual(
    published,
    published.toSorted((a, b) => a - b),
  )
  assert.ok(published.length < 300, 'changes that come together are read once')
  publisher.close()
})

test('it wakes by itself when a price begins to hold, one after the other', async () => {
  const waits: (number | undefined)[] = [40, 0.3, 40]
  const { published, state, publisher } = world({
    millisToNext: async () => {
      state.version += 1
      return waits.shift()
    },
  })
  await publisher.publish()
  await until(() => published.length === 4)
  await delay(100)
  assert.deepEqual(published, [2, 3, 4, 5])
  publisher.close()
})

test('what cannot be read is told and read again; after the end nothing is published', async () => {
  let failures = 0
  const { published, unread, publisher } = world({
    load: async () => {
      failures += 1
      if (failures < 3) throw new Error('no database')
      return catalogOf(7)
    },
  })
  await assert.rejects(publisher.publish(), /no database/)
  publisher.refresh()
  await until(() => published.length > 0)
  assert.deepEqual([published, unread.length], [[7], 1])
  publisher.refresh()
  publisher.close()
  publisher.refresh()
  await delay(30)
  assert.deepEqual(published, [7])
})
