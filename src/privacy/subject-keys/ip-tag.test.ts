// Guarantee: an IP address has one tag within a day and another the next; seven days on no tag can be led back to an address, also when the
// process was down or the clock jumped; addresses of one customer's IPv6 network count as one.
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { createEmptyDatabase, stopTestServer } from '../../db/testing.ts'
import { keyringOf } from '../seal.ts'
import { openDayKeyFolder } from './day-key-folder.ts'
import type { DayKeyStore } from './day-key-store.ts'
import { makeIpTags } from './ip-tag.ts'
import { openKeyDatabase } from './key-database.ts'

const keyring = keyringOf(new Map([[1, randomBytes(32)]]))
const DAY_MS = 86_400_000
const NOON = Date.parse('2026-11-26T12:00:00Z')
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'farebox-days-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))
after(stopTestServer)

type Opened = { readonly store: DayKeyStore; readonly close: () => Promise<void> }
const STORES: Readonly<Record<string, () => Promise<Opened>>> = {
  folder: async () => ({ store: await openDayKeyFolder(join(dataDir, 'days')), close: async () => undefined }),
  database: async () => {
    const kit = await createEmptyDatabase({ isDurable: true })
    const store = await openKeyDatabase(kit.connection)
    return {
      store,
      close: async () => {
        await store.close()
        await kit.drop()
      },
    }
  },
}

for (const [name, openStore] of Object.entries(STORES)) {
  test(`${name}: tags hold for a day, keys for seven, and a destroyed key does not come back`, async () => {
    const { store, close } = await openStore()
    const tags = makeIpTags(store, keyring)
    const tagAt = async (ip: string, now: number) => (await tags.ipTag(ip, now))?.toString('hex')
    const today = await tagAt('203.0.113.7', NOON)
    assert.equal(today?.length, 64)
    assert.equal(await tagAt('203.0.113.7', NOON + DAY_MS / 3), today)
    assert.equal(
      await makeIpTags(store, keyring)
        .ipTag('203.0.113.7', NOON)
        .then((tag) => tag?.toString('hex')),
      today,
    )
    assert.notEqual(await tagAt('203.0.113.8', NOON), today)
    assert.notEqual(await tagAt('203.0.113.7', NOON + DAY_MS), today)
    assert.equal(await tagAt('nobody', NOON), undefined)
    assert.equal(await tags.destroyOld(NOON + 6 * DAY_MS), 0)
    assert.equal(await tagAt('203.0.113.7', NOON), today)
    // The first moment at which the oldest tag is seven days old; the process may have been down for longer.
    assert.equal(await tags.destroyOld(Date.parse('2026-12-03T00:00:00Z')), 1)
    assert.equal(await tags.destroyOld(NOON + 30 * DAY_MS), 1)
    assert.equal(await tags.destroyOld(NOON + 30 * DAY_MS), 0)
    assert.equal(await store.readDay('2026-11-26'), undefined)
    assert.notEqual(await tagAt('203.0.113.7', NOON), today)
    await close()
  })

  test(`${name}: many ask at once for the first tag of a day and get the same`, async () => {
    const { store, close } = await openStore()
    const told = await Promise.all(Array.from({ length: 12 }, () => makeIpTags(store, keyring).ipTag('2001:db8::1', NOON)))
    assert.equal(new Set(told.map((tag) => tag?.toString('hex'))).size, 1)
    await close()
  })
}

test('files of days are private, and those of an old copy go at the next look', async () => {
  const folder = join(dataDir, 'days')
  const tags = makeIpTags(await openDayKeyFolder(folder), keyring)
  await tags.ipTag('203.0.113.7', NOON)
  assert.deepEqual(readdirSync(folder), ['2026-11-26.key'])
  assert.equal(statSync(join(folder, '2026-11-26.key')).mode & 0o777, 0o600)
  cpSync(folder, join(dataDir, 'old'), { recursive: true })
  await tags.destroyOld(NOON + 8 * DAY_MS)
  assert.deepEqual(readdirSync(folder), [])
  cpSync(join(dataDir, 'old'), folder, { recursive: true })
  assert.equal(await makeIpTags(await openDayKeyFolder(folder), keyring).destroyOld(NOON + 8 * DAY_MS), 1)
  assert.deepEqual(readdirSync(folder), [])
})

test('a tag is no plain hash of its address', async () => {
  const tag = await makeIpTags(await openDayKeyFolder(join(dataDir, 'days')), keyring).ipTag('203.0.113.7', NOON)
  assert.notDeepEqual(tag, createHmac('sha256', '').update('203.0.113.7').digest())
})

test('all of one IPv6 network has one tag, and another has another', async () => {
  const { ipTag } = makeIpTags(await openDayKeyFolder(join(dataDir, 'days')), keyring)
  const tags = await Promise.all(['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:3::1'].map((ip) => ipTag(ip, NOON)))
  assert.deepEqual(tags[0], tags[1])
  assert.notDeepEqual(tags[1], tags[2])
})
