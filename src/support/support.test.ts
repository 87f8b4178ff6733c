// Guarantee: what is asked of support is read by its customer and the operator alone, is due on a day, is answered once, told of by a mail
// without a word of it, exported, gone with the account, and gone 90 days after its end.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { FailureError } from '../failures.ts'
import { PERSONAL_DATA } from '../inventory.ts'
import { systemIds } from '../lib/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import { retentionJobs } from '../retention/index.ts'
import { makeSupportDesk, type SupportDesk } from './index.ts'

const DAY_MS = 86_400_000
const BEGAN = Date.parse('2026-11-26T12:00:00Z')

const kit: TestDatabase = await createTestDatabase()
const subjects = testSubjectKeys()
const clock = { at: BEGAN, now: () => clock.at }
const ids = systemIds(clock.now)
const mails: { readonly template: string; readonly to: string; readonly fields: object }[] = []
let failing: string | undefined
const logged: string[] = []
let desk: SupportDesk

beforeEach(async () => {
  await kit.appDatabase.query(sql`delete from support_request returning 1`)
  clock.at = BEGAN
  mails.length = 0
  failing = undefined
  desk = makeSupportDesk({
    ...{ database: kit.appDatabase, sealing: subjects, ids, clock, log: ({ event }) => void logged.push(event) },
    emailOf: async (accountId) => `${accountId.slice(-6)}@example.com`,
    mailer: {
      send: async (template, to, fields) => {
        if (to === failing) throw new Error('the mail server says no')
        mails.push({ template, to, fields })
      },
    },
  })
})
after(() => kit.drop())

async function customer(): Promise<string> {
  const id = ids.uuid()
  await createAccount(kit.appDatabase, subjects, { id, email: `${id}@example.com`, now: BEGAN })
  return id
}

const fails = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (thrown) => thrown instanceof FailureError && thrown.failure.code === code, code)

test('asked, answered once, told once, without a word in the mail or in clear in the database', async () => {
  const accountId = await customer()
  const asked = await desk.ask(accountId, 'Where is my horse?\nIt is brown.')
  assert.deepEqual([asked.state, asked.promisedAt.getTime() - BEGAN, asked.dueAt.getTime() - BEGAN], ['open', 3 * DAY_MS, 30 * DAY_MS])
  assert.equal((await desk.read(asked.id)).question, 'Where is my horse?\nIt is brown.')
  assert.equal(await desk.tellAnswered(), 0)
  clock.at += DAY_MS
  const answered = await desk.answer(kit.appDatabase, asked.id, 'In the stable.')
  assert.deepEqual([answered.state, answered.endedAt?.getTime()], ['answered', clock.at])
  await fails(desk.answer(kit.appDatabase, asked.id, 'On the moon.'), 'request_ended')
  assert.deepEqual([await desk.tellAnswered(), await desk.tellAnswered()], [1, 0])
  assert.deepEqual(mails, [{ template: 'support-answered', to: `${accountId.slice(-6)}@example.com`, fields: { asked: '2026-11-26' } }])
  assert.deepEqual(
    (await desk.own(accountId)).map(({ question, answer }) => [question, answer]),
    [['Where is my horse?\nIt is brown.', 'In the stable.']],
  )
  const rows = await kit.ownerDatabase.query<{ row: string; question_sealed: Buffer; answer_sealed: Buffer }>(
    sql`select to_jsonb(s)::text as row, question_sealed, answer_sealed from support_request s`,
  )
  const all = rows.map(
    ({ row, question_sealed, answer_sealed }) => row + question_sealed.toString('latin1') + answer_sealed.toString('latin1'),
  )
  assert.ok(!/horse|stable/.test(all.join()))
})

test('nobody reads, closes or is shown what another one asked', async () => {
  const [mine, theirs] = [await customer(), await customer()]
  const asked = await desk.ask(mine, 'mine')
  assert.deepEqual(await desk.own(theirs), [])
  await fails(desk.close(asked.id, theirs), 'request_unknown')
  await fails(desk.read('not-an-id'), 'request_unknown')
  await fails(desk.read(ids.uuid()), 'request_unknown')
  assert.equal((await desk.close(asked.id, mine)).state, 'closed')
  await fails(desk.close(asked.id, mine), 'request_ended')
  await fails(desk.answer(kit.appDatabase, asked.id, 'late'), 'request_ended')
})

test('twenty wait at most, however many ask at once', async () => {
  const accountId = await customer()
  const tries = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => desk.ask(accountId, `number ${index}`)))
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 20)
  await fails(desk.ask(accountId, 'one more'), 'support_waiting')
  const [first] = await desk.own(accountId)
  await desk.close(first?.id ?? '')
  await desk.ask(accountId, 'one more')
})

test('pages hold every request once, in order, by state too', async () => {
  const accountId = await customer()
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), async (count, limit) => {
      await kit.appDatabase.query(sql`delete from support_request returning 1`)
      for (let index = 0; index < count; index += 1) {
        clock.at += 1
        const { id } = await desk.ask(accountId, 'x')
        if (index % 3 === 0) await desk.close(id)
      }
      const seen: string[] = []
      for (let cursor: string | undefined; ; ) {
        const { requests, next } = await desk.list({ state: undefined, cursor, limit })
        seen.push(...requests.map(({ id }) => id))
        if (next === undefined) break
        cursor = next
      }
      assert.deepEqual(seen, [...new Set(seen)].sort())
      assert.equal(seen.length, count)
      const { requests } = await desk.list({ state: 'closed', cursor: undefined, limit: 100 })
      assert.equal(requests.length, Math.ceil(count / 3))
    }),
    { numRuns: 12 },
  )
  await fails(desk.list({ state: undefined, cursor: 'x', limit: 1 }), 'invalid_field')
})

test('one mail that fails holds up nobody else, and is tried again', async () => {
  const accounts = [await customer(), await customer(), await customer()]
  for (const accountId of accounts) {
    clock.at += 1
    const { id } = await desk.ask(accountId, 'x')
    await desk.answer(kit.appDatabase, id, 'y')
  }
  failing = `${accounts[0]?.slice(-6)}@example.com`
  assert.equal(await desk.tellAnswered(), 2)
  assert.ok(logged.includes('support-answer-untold'))
  failing = undefined
  assert.equal(await desk.tellAnswered(), 0, 'it was tried again at once')
  clock.at += 60_000
  assert.deepEqual([await desk.tellAnswered(), mails.length], [1, 3])
})

test('answers whose mails are never taken keep nobody else from hearing of theirs, however many they are', async () => {
  const [refusing, hears] = [await customer(), await customer()]
  failing = `${refusing.slice(-6)}@example.com`
  const answerFor = async (accountId: string): Promise<void> => {
    clock.at += 1
    const { id } = await desk.ask(accountId, 'x')
    await desk.answer(kit.appDatabase, id, 'y')
  }
  for (let index = 0; index < 20; index += 1) await answerFor(refusing)
  await answerFor(hears)
  for (let round = 0; round < 200 && mails.length === 0; round += 1) await desk.tellAnswered()
  assert.deepEqual(
    mails.map(({ to }) => to),
    [`${hears.slice(-6)}@example.com`],
  )
})

test('late on day 20, and never an alarm when it has ended', async () => {
  const accountId = await customer()
  const { id } = await desk.ask(accountId, 'x')
  clock.at = BEGAN + 19 * DAY_MS
  assert.deepEqual(await desk.count(), { open: 1, late: 0 })
  clock.at = BEGAN + 20 * DAY_MS
  assert.deepEqual(await desk.count(), { open: 1, late: 1 })
  await desk.answer(kit.appDatabase, id, 'y')
  assert.deepEqual(await desk.count(), { open: 0, late: 0 })
})

test('gone 90 days after its end; what is open waits', async () => {
  const accountId = await customer()
  const { id } = await desk.ask(accountId, 'ends')
  await desk.ask(accountId, 'stays open')
  await desk.answer(kit.appDatabase, id, 'y')
  const job = retentionJobs(PERSONAL_DATA).find(({ table }) => table === 'support_request')
  assert.ok(job !== undefined && 'isOld' in job)
  await kit.appDatabase.query(sql`delete from support_request where ${job.isOld(BEGAN)}`)
  assert.equal((await desk.own(accountId)).length, 2)
  await kit.appDatabase.query(sql`delete from support_request where ${job.isOld(BEGAN + 1)}`)
  assert.deepEqual(
    (await desk.own(accountId)).map(({ question }) => question),
    ['stays open'],
  )
})

test('once the key of the account is destroyed, no word of it can be read', async () => {
  const accountId = await customer()
  const { id } = await desk.ask(accountId, 'secret')
  await subjects.destroy(accountId)
  assert.equal((await desk.read(id)).question, undefined)
  await assert.rejects(desk.ask(accountId, 'again'))
})
