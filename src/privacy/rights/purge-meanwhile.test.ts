// Guarantee: a purge that writes a day of calls anew waits for no export, and takes nothing from one that is whole, or from what an owner is told is held.
import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readZip } from '../../../checks/privacy/read-zip.ts'
import { openRightsWorld, type RightsWorld } from '../../../checks/privacy/rights-world.ts'
import { type Sql, sql } from '../../db/index.ts'
import { isoDate, utcDayOf } from '../../lib/index.ts'
import { readAccess } from './access.ts'
import { streamExport } from './export-zip.ts'
import type { RightsOptions } from './options.ts'

const DAY_MS = 86_400_000
let world: RightsWorld
before(async () => {
  world = await openRightsWorld()
})
after(() => world.close())

/** Calls of an account so many days ago, beside those of another that keeps them for a day; resolves with what purges the other's. */
async function callsBesidePurged(accountId: string, daysAgo: number): Promise<Sql> {
  const { clock, kit } = world
  const today = isoDate(utcDayOf(clock.at))
  const day = isoDate(utcDayOf(clock.at) - daysAgo)
  const other = await world.customer(`purged-${daysAgo}@example.com`)
  await kit.ledgerDatabase.query(sql`select ensure_usage_partition(${day}::date)`)
  clock.at -= daysAgo * DAY_MS
  for (const id of [accountId, other]) await world.calls(id, 5)
  clock.at += daysAgo * DAY_MS
  await kit.ownerDatabase.query(sql`insert into usage_day (account_id, day, closed_at) values (${other}::uuid, ${day}::date, now())`)
  await kit.ownerDatabase.query(sql`update account set usage_retention_days = 1 where id = ${other}::uuid`)
  return sql`select purge_usage_rows(${day}::date, ${today}::date) as gone`
}

test('an export gives way to a purge that writes a day anew meanwhile, and the next one has all of it', { timeout: 60_000 }, async () => {
  const id = await world.customer('export@example.com')
  const purge = await callsBesidePurged(id, 5)
  const { readers } = world.options
  const readEmail = readers['account.email_sealed'] ?? assert.fail()
  let purging: Promise<readonly object[]> | undefined
  const options: RightsOptions = {
    ...world.options,
    readers: {
      ...readers,
      'account.email_sealed': async (cell) => {
        purging ??= world.kit.ledgerDatabase.query(purge)
        await purging
        return await readEmail(cell)
      },
    },
  }
  await assert.rejects(buffer(streamExport(options, id, { onEnd: () => undefined })), /EXPORT_GAVE_WAY/)
  assert.deepEqual(await purging, [{ gone: 5n }])
  const files = readZip(await buffer(streamExport(world.options, id, { onEnd: () => undefined })))
  const rowsOf = (table: string): number => JSON.parse(String(files.get(`${table}.json`))).length
  assert.deepEqual([rowsOf('usage_event'), rowsOf('usage_key_day')], [5, 5])
})

test('what is held counts the calls of a day that is being written anew when it is asked for', { timeout: 60_000 }, async () => {
  const id = await world.customer('access@example.com')
  const purge = await callsBesidePurged(id, 6)
  const { appDatabase, ledgerDatabase } = world.kit
  const asked = await ledgerDatabase.transaction(async (tx) => {
    assert.deepEqual(await tx.query(purge), [{ gone: 5n }])
    const told = readAccess(world.options, id)
    while ((await appDatabase.query(sql`select from pg_locks where not granted`)).length === 0) await sleep(10)
    return { told }
  })
  const held = await asked.told
  const rowsOf = (table: string) => held.find((entry) => entry.table === table && entry.column === 'cost')?.rows
  assert.deepEqual([rowsOf('usage_event'), rowsOf('usage_key_day')], [5, 5])
})
