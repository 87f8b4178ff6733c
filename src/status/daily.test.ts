// Guards: what the page of status adds up by day is what the promise of uptime is judged by: the same minutes, the same rules, none twice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { dailyUptime, listOutages, uptimeOf } from './index.ts'

let kit: TestDatabase
before(async () => {
  kit = await createTestDatabase()
})
after(() => kit.drop())

const START = Date.parse('2026-11-20T22:00:00Z')
const MINUTE_MS = 60_000
/** Up, down, or nobody looked; and what a check from outside said. */
const seen = fc.array(fc.constantFrom('up', 'down', 'unseen', 'outside-up', 'outside-down'), { minLength: 1, maxLength: 300 })

test('days add up to the range, and outages to what was missed', async () => {
  await fc.assert(
    fc.asyncProperty(
      seen,
      fc.double({ min: -30, max: 250, noNaN: true }),
      fc.double({ min: 0.01, max: 60, noNaN: true }),
      async (minutes, from, length) => {
        await fill(minutes)
        await kit.ownerDatabase.query(sql`delete from maintenance`)
        await kit.ownerDatabase.query(sql`
        insert into maintenance (id, title, starts_at, ends_at, announced_at)
        values (gen_random_uuid(), 'work', ${iso(from)}::timestamptz, ${iso(from + length)}::timestamptz, ${iso(-2_000)}::timestamptz)`)
        const range = { from: START - 86_400_000, to: START + minutes.length * MINUTE_MS }
        const [whole, days, outages] = await Promise.all([
          uptimeOf(kit.appDatabase, range),
          dailyUptime(kit.appDatabase, range),
          listOutages(kit.appDatabase, range),
        ])
        const sum = (name: 'up' | 'counted' | 'excluded') => days.reduce((all, day) => all + day[name], 0)
        assert.deepEqual({ up: sum('up'), counted: sum('counted'), excluded: sum('excluded') }, whole)
        assert.equal(new Set(days.map(({ day }) => day)).size, days.length)
        if (outages.length < 50)
          assert.equal(
            outages.reduce((all, outage) => all + outage.minutes, 0),
            whole.counted - whole.up,
          )
        for (const { start, end, minutes: long } of outages) assert.equal(end.getTime() - start.getTime(), long * MINUTE_MS)
        assert.ok(outages.slice(1).every(({ isOver }) => isOver))
      },
    ),
    { numRuns: 25 },
  )
})

const iso = (minute: number): string => new Date(START + minute * MINUTE_MS).toISOString()

async function fill(minutes: readonly string[]): Promise<void> {
  await kit.ownerDatabase.query(sql`delete from status_minute`)
  const rows = minutes.map((how, index) => ({ how, at: iso(index) })).filter(({ how }) => how !== 'unseen')
  const own = rows.map(({ how }) => how === 'up' || how === 'outside-down')
  const outside = rows.map(({ how }) => (how.startsWith('outside') ? how === 'outside-up' : null))
  await kit.ownerDatabase.query(sql`
    insert into status_minute (minute, own_up, outside_up)
    select * from unnest(${rows.map(({ at }) => at)}::timestamptz[], ${own}::boolean[], ${outside}::boolean[])`)
}
