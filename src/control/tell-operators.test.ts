// Guarantee: operators who want it are written to once when something needs a hand, again after a day while it does, and at most once an hour about what grows;
// of many nodes one writes; what no address took is said again; and no letter names a person.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { CONCERNS } from '../api/contract/index.ts'
import { testWorld } from '../api/test-world.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { concernsLine, renderMail } from '../notify/index.ts'
import { createOperator, operatorTokenOf } from '../operators/index.ts'
import { type TellingOperators, tellOperators } from './tell-operators.ts'

const HOUR_MS = 3_600_000
let kit: TestDatabase
let clock: { at: number }
let parts: TellingOperators
const mails: { readonly to: string; readonly line: string }[] = []
const refused = new Set<string>()

before(async () => {
  kit = await createTestDatabase()
  const world = testWorld(kit.appDatabase)
  clock = world.clock
  parts = {
    ...world.dependencies,
    audited: () => ({ isOk: true, at: 0 }),
    url: 'http://localhost:8081',
    mailer: {
      send: async (template, to, fields) => {
        renderMail(template, fields, { language: 'zh', sender: 'shop' })
        if (refused.has(to)) throw Object.assign(new Error('refused'), { code: 'EENVELOPE' })
        mails.push({ to, line: fields['concerns'] ?? '' })
      },
    },
  }
  for (const name of ['anna', 'bob']) await addOperator(name)
})
after(() => kit.drop())

async function addOperator(name: string): Promise<void> {
  const { subjects } = parts
  const id = randomUUID()
  await createOperator(kit.appDatabase, { id, name, role: 'owner', token: operatorTokenOf(Buffer.alloc(32, name)), now: clock.at })
  await subjects.create(id)
  const sealed = await subjects.seal(id, Buffer.from(`${name}@example.com`), `operator-email:${id}`)
  await kit.ownerDatabase.query(sql`update operator set email_sealed = ${sealed} where id = ${id}::uuid`)
}
const addProblem = () =>
  kit.ownerDatabase.query(sql`
    insert into payment_problem (id, rail, code, external_key, amount, created_at)
    values (gen_random_uuid(), 'btcpay', 'paid_over', ${randomUUID()}, 1, now())`)
const told = async () => {
  mails.length = 0
  await tellOperators(parts)
  return mails.map(({ to, line }) => `${to.split('@')[0]}: ${line}`)
}

test('nothing is said while nothing needs a hand, then once to everybody who wants it, then as the hours go', async () => {
  assert.deepEqual(await told(), [])
  await addProblem()
  assert.deepEqual(await told(), ['anna: 1 × payments that fit nothing', 'bob: 1 × payments that fit nothing'])
  assert.deepEqual(await told(), [])
  await addProblem()
  clock.at += HOUR_MS / 2
  assert.deepEqual(await told(), [])
  clock.at += HOUR_MS / 2
  await kit.ownerDatabase.query(sql`update operator set alarms = false where name = 'bob'`)
  assert.deepEqual(await told(), ['anna: 2 × payments that fit nothing'])
  clock.at += 23 * HOUR_MS
  assert.deepEqual(await told(), [])
  clock.at += HOUR_MS
  assert.deepEqual(await told(), ['anna: 2 × payments that fit nothing'])
  await kit.ownerDatabase.query(sql`update payment_problem set resolved_at = now(), resolution = 'dismissed'`)
  clock.at += HOUR_MS
  assert.deepEqual(await told(), [])
  await addProblem()
  assert.deepEqual(await told(), ['anna: 1 × payments that fit nothing'])
})

test('what comes back within the hour is not said again, and of two nodes one writes', async () => {
  await kit.ownerDatabase.query(sql`delete from operator_alarm`)
  mails.length = 0
  await Promise.all([tellOperators(parts), tellOperators(parts), tellOperators(parts)])
  assert.equal(mails.length, 1)
  await kit.ownerDatabase.query(sql`update payment_problem set resolved_at = now(), resolution = 'dismissed'`)
  assert.deepEqual(await told(), [])
  await addProblem()
  assert.deepEqual(await told(), [])
})

test('what no address took is said the next time; one that is refused keeps no other from being written to', async () => {
  await kit.ownerDatabase.query(sql`update operator set alarms = true`)
  await kit.ownerDatabase.query(sql`delete from operator_alarm`)
  refused.add('anna@example.com').add('bob@example.com')
  await assert.rejects(tellOperators(parts))
  refused.delete('bob@example.com')
  assert.deepEqual(await told(), ['bob: 1 × payments that fit nothing'])
  assert.deepEqual(await told(), [])
})

test('every kind has words, and all of them at once are one line of a letter', () => {
  const all = CONCERNS.map((kind) => ({ kind, count: 999_999 }))
  const line = concernsLine(all)
  for (const { kind } of all) assert.ok(!line.includes(kind), kind)
  assert.ok(line.length <= 500, line)
})
