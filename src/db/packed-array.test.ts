// Protects: what is sent to the database as packed arrays arrives there exactly as the same arrays sent as text, and what does not fit its
// type is refused with the code that the database itself would give, never wrapped round or cut.
import { deepEqual, throws } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { array, asyncProperty, bigInt, boolean, assert as check, date, integer, option, record, uuid } from 'fast-check'
import { isDatabaseError } from './database-error.ts'
import { type ElementOf, packArray } from './packed-array.ts'
import { sql } from './sql.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

let at: TestDatabase
before(async () => {
  at = await createTestDatabase()
})
after(() => at.drop())

const BIGINT_MAX = 2n ** 63n - 1n
const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)

const ROW = record({
  boolean: option(boolean(), { nil: undefined }),
  smallint: integer({ min: -0x7fff, max: 0x7fff }),
  integer: option(integer({ min: -0x7fff_ffff, max: 0x7fff_ffff }), { nil: undefined }),
  bigint: bigInt({ min: -BIGINT_MAX, max: BIGINT_MAX }),
  day: integer({ min: -20_000, max: 60_000 }),
  time: date({ min: new Date('1960-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
  uuid: uuid(),
})

test('any rows arrive as they are', async () => {
  await check(
    asyncProperty(array(ROW, { maxLength: 30 }), async (rows) => {
      const packed = await at.ownerDatabase.query(sql`
        select * from unnest(
          ${packArray('boolean', rows, (row) => row.boolean)}::boolean[], ${packArray('smallint', rows, (row) => row.smallint)}::smallint[],
          ${packArray('integer', rows, (row) => row.integer)}::integer[], ${packArray('bigint', rows, (row) => row.bigint)}::bigint[],
          ${packArray('date', rows, (row) => row.day)}::date[],
          ${packArray('timestamptz', rows, (row) => row.time.getTime())}::timestamptz[],
          ${packArray('uuid', rows, (row) => row.uuid)}::uuid[]) as row (boolean, smallint, integer, bigint, day, time, uuid)`)
      const sent = rows.map((row) => ({ ...row, boolean: row.boolean ?? null, integer: row.integer ?? null, day: isoDay(row.day) }))
      deepEqual(
        packed.map((row) => ({ ...row })),
        sent,
      )
    }),
    { numRuns: 60 },
  )
})

test('what does not fit is refused', () => {
  const refused: readonly (readonly [keyof ElementOf, ElementOf[keyof ElementOf], string])[] = [
    ['smallint', 0x8000, '22003'],
    ['smallint', -0x8001, '22003'],
    ['integer', 2 ** 31, '22003'],
    ['integer', -(2 ** 31) - 1, '22003'],
    ['integer', 1.5, '22003'],
    ['integer', Number.NaN, '22003'],
    ['bigint', BIGINT_MAX + 1n, '22003'],
    ['bigint', -BIGINT_MAX - 2n, '22003'],
    ['date', 2 ** 40, '22003'],
    ['timestamptz', Number.POSITIVE_INFINITY, '22008'],
    ['timestamptz', 2 ** 53, '22008'],
    ['uuid', randomUUID().slice(1), '22P02'],
    ['uuid', 'not-a-uuid-but-as-long-as-one-is-....', '22P02'],
    ['uuid', randomUUID().replace(/^./, 'é'), '22P02'],
    ['uuid', `${randomUUID().slice(0, 35)}g`, '22P02'],
  ]
  for (const [type, value, code] of refused)
    throws(
      () => packArray(type, [value], (given) => given),
      (thrown) => isDatabaseError(thrown, code),
      `${type} ${value}`,
    )
})
