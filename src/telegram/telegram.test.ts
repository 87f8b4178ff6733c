// Guarantee: a chat is written to only after its owner showed a code of the account there, once and in time; it is forgotten on request of either side, and
// with the membership of who bound it;
// chats lie in the database sealed; what is written to the bot is not kept, and its token is in no failure. Of several nodes one listens.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { type SimTelegram, startSimTelegram } from '../../sim/index.ts'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { systemIds } from '../lib/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import { BotError, boundSince, chatOf, makeCode, readBotName, readCommands, sendMessage, unbindAccount } from './index.ts'

const MINUTE_MS = 60_000
const kit: TestDatabase = await createTestDatabase()
const subjects = testSubjectKeys()
const clock = { at: Date.parse('2026-11-26T12:00:00Z'), now: () => clock.at }
const ids = systemIds(clock.now)
const binding = { database: kit.appDatabase, subjects, now: clock.now }
let sim: SimTelegram
let chats = 4_000_000_000
before(async () => {
  sim = await startSimTelegram()
})
beforeEach(() => {
  sim.isDown = false
})
after(async () => {
  await sim.stop()
  await kit.drop()
})

const botOf = () => ({ apiUrl: sim.url, token: sim.token })
const listen = (node = 'one', waitSeconds = 0, signal = AbortSignal.timeout(10_000)) =>
  readCommands({ ...binding, bot: botOf(), node, waitSeconds, signal })
async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 5_000; !(await isSo()); ) assert.ok(Date.now() < end, what)
}
const newChat = (): number => {
  chats += 1
  return chats
}
async function newAccount(): Promise<string> {
  const id = ids.uuid()
  await createAccount(kit.appDatabase, subjects, { id, email: undefined, now: clock.at })
  return id
}
const codeFor = async (accountId: string): Promise<string> =>
  (await makeCode(binding, { accountId, madeBy: undefined, random: randomBytes(16) })).code
async function write(chat: number, text: string, type?: 'private' | 'group'): Promise<string | undefined> {
  const before = sim.sent.length
  sim.write(chat, text, type)
  await listen()
  return sim.sent
    .slice(before)
    .find(({ chatId }) => chatId === chat)
    ?.text.split('\n')[0]
}
const BOUND = 'This chat is bound. You get what you chose to be told. /stop ends it.'
const UNKNOWN = 'This code is not known, or its time is over. Make a new one in your account.'

test('a code binds one chat, once, within a quarter of an hour, in a private chat alone', async () => {
  const accountId = await newAccount()
  const [code, chat] = [await codeFor(accountId), newChat()]
  assert.equal(await write(newChat(), `/start ${code}`, 'group'), undefined)
  assert.equal(await write(chat, `/start ${code}`), BOUND)
  assert.equal(await chatOf(binding, accountId), String(chat))
  assert.equal((await boundSince(kit.appDatabase, accountId))?.getTime(), clock.at)
  assert.equal(await write(newChat(), `/start ${code}`), UNKNOWN)
  assert.equal(await write(newChat(), `/start ${randomBytes(16).toString('hex')}`), UNKNOWN)
  const late = await codeFor(accountId)
  clock.at += 15 * MINUTE_MS
  assert.equal(await write(newChat(), `/start ${late}`), UNKNOWN)
  assert.equal(await chatOf(binding, accountId), String(chat))
})

/** Another person who runs an account. */
async function newAdmin(accountId: string): Promise<string> {
  const [id, at] = [ids.uuid(), new Date(clock.at)]
  await kit.appDatabase.query(sql`
    insert into person (id, account_id, number_lookup, created_at) values (${id}::uuid, ${await newAccount()}::uuid, ${randomBytes(32)}, ${at})`)
  await kit.appDatabase.query(sql`
    insert into account_member (account_id, person_id, role, created_at) values (${accountId}::uuid, ${id}::uuid, 'admin', ${at})`)
  return id
}
const codeBy = async (accountId: string, madeBy: string | undefined): Promise<string> =>
  (await makeCode(binding, { accountId, madeBy, random: randomBytes(16) })).code

for (const [how, end] of [
  ['is removed', (id: string) => sql`delete from account_member where person_id = ${id}::uuid`],
  ['gets a lesser role', (id: string) => sql`update account_member set role = 'developer' where person_id = ${id}::uuid`],
  ['is erased', (id: string) => sql`delete from person where id = ${id}::uuid`],
] as const)
  test(`with an admin who ${how} their codes and their chat of the account go, and nobody else's`, async () => {
    const [one, other] = [await newAccount(), await newAccount()]
    const [admin, another] = [await newAdmin(one), await newAdmin(one)]
    await write(newChat(), `/start ${await codeBy(one, admin)}`)
    const [open, theirs] = [await codeBy(one, admin), await codeBy(one, another)]
    await write(newChat(), `/start ${await codeBy(other, await newAdmin(other))}`)
    assert.ok((await chatOf(binding, one)) !== undefined)
    await kit.appDatabase.query(end(admin))
    assert.equal(await chatOf(binding, one), undefined)
    assert.equal(await write(newChat(), `/start ${open}`), UNKNOWN)
    assert.ok((await chatOf(binding, other)) !== undefined)
    assert.equal(await write(newChat(), `/start ${theirs}`), BOUND)
  })

test('with a management key, and with another password, codes go; a chat that is bound stays', async () => {
  const accountId = await newAccount()
  const [admin, chat] = [await newAdmin(accountId), newChat()]
  await write(chat, `/start ${await codeBy(accountId, admin)}`)
  const [byKey, byPerson] = [await codeBy(accountId, undefined), await codeBy(accountId, admin)]
  await kit.appDatabase.query(sql`update person set password_hash = 'another', password_scheme = 'bcrypt' where id = ${admin}::uuid`)
  assert.equal(await write(newChat(), `/start ${byPerson}`), UNKNOWN)
  const key = ids.uuid()
  await kit.appDatabase.query(sql`
    insert into management_key (id, account_id, hash, hint, created_at) values (${key}::uuid, ${accountId}::uuid, ${randomBytes(32)}, 'mk_', now())`)
  await kit.appDatabase.query(sql`update management_key set revoked_at = now() where id = ${key}::uuid`)
  assert.equal(await write(newChat(), `/start ${byKey}`), UNKNOWN)
  assert.equal(await chatOf(binding, accountId), String(chat))
})

test('a chat is of one account and an account has one chat: the last that was bound', async () => {
  const [one, other] = [await newAccount(), await newAccount()]
  const [first, second] = [newChat(), newChat()]
  await write(first, `/start ${await codeFor(one)}`)
  await write(first, `/start ${await codeFor(other)}`)
  assert.deepEqual([await chatOf(binding, one), await chatOf(binding, other)], [undefined, String(first)])
  await write(second, `/start ${await codeFor(other)}`)
  assert.equal(await chatOf(binding, other), String(second))
})

test('either side ends it', async () => {
  const accountId = await newAccount()
  const chat = newChat()
  await write(chat, `/start ${await codeFor(accountId)}`)
  assert.equal(await write(chat, '/stop'), 'This chat is forgotten.')
  assert.equal(await boundSince(kit.appDatabase, accountId), undefined)
  await write(chat, `/start ${await codeFor(accountId)}`)
  const waits = await codeFor(accountId)
  assert.deepEqual([await unbindAccount(kit.appDatabase, accountId), await unbindAccount(kit.appDatabase, accountId)], [true, false])
  assert.equal(await write(chat, `/start ${waits}`), UNKNOWN)
})

test('of many codes an account has five, and what is written to the bot lies nowhere', async () => {
  const accountId = await newAccount()
  const codes: string[] = []
  for (let index = 0; index < 8; index += 1) {
    clock.at += 1
    codes.push(await codeFor(accountId))
  }
  assert.equal(await write(newChat(), `/start ${codes[0]}`), UNKNOWN)
  const chat = newChat()
  await write(chat, 'something that nobody should keep')
  assert.equal(await write(chat, `/start ${codes[7]}`), BOUND)
  const [held] = await kit.ownerDatabase.query<{ text: string }>(sql`
    select string_agg(to_jsonb(chat)::text, '') || (select string_agg(to_jsonb(code)::text, '') from telegram_code code) ||
      (select next_update::text from telegram_cursor) as text from telegram_chat chat`)
  assert.ok(!/nobody should keep/.test(held?.text ?? '') && !held?.text.includes(String(chat)) && !held?.text.includes(codes[6] ?? ''))
})

test('what was read is not read again, and one who blocked the bot holds up nobody', async () => {
  const [blocked, other] = [newChat(), newChat()]
  sim.blocked.add(blocked)
  sim.write(blocked, 'hello')
  assert.match((await write(other, 'hello')) ?? '', /^Make a code in your account/)
  const answered = sim.sent.length
  await listen()
  assert.equal(sim.sent.length, answered)
})

test('of two nodes one listens, and the other when that one stops, fails or says nothing for a minute', async () => {
  const stopping = new AbortController()
  await kit.ownerDatabase.query(sql`update telegram_cursor set reader = null`)
  const waits = listen('one', 5, stopping.signal)
  const isTaken = async () => (await kit.ownerDatabase.query(sql`select from telegram_cursor where reader = 'one'`)).length > 0
  await until(isTaken, 'nobody listens')
  assert.equal(await listen('two'), false)
  sim.write(newChat(), 'hello')
  assert.equal(await waits, true)
  const answered = sim.sent.length
  assert.deepEqual([await listen('two'), await listen('one'), sim.sent.length], [false, true, answered])
  const stopped = assert.rejects(listen('one', 5, stopping.signal))
  stopping.abort()
  await stopped
  assert.deepEqual([await listen('two'), await listen('one')], [true, false], 'who stops hands it on')
  sim.isDown = true
  await assert.rejects(listen('two'))
  sim.isDown = false
  assert.deepEqual([await listen('one'), await listen('two')], [true, false], 'who fails hands it on')
  await kit.ownerDatabase.query(sql`update telegram_cursor set reader_until = clock_timestamp() - interval '1 second'`)
  assert.deepEqual([await listen('two'), await listen('one')], [true, false], 'who is gone is followed')
  await kit.ownerDatabase.query(sql`update telegram_cursor set reader = null`)
})

test('a failure tells a code and neither the token nor a chat', async () => {
  assert.equal(await readBotName(botOf(), AbortSignal.timeout(5_000)), 'fare_bot')
  const failures: unknown[] = []
  const fails = async (work: Promise<unknown>): Promise<void> => void failures.push(await work.catch((thrown: unknown) => thrown))
  sim.blocked.add(777)
  await fails(sendMessage(botOf(), '777', 'words'))
  await fails(sendMessage({ ...botOf(), token: '1:wrong' }, '777', 'words'))
  await fails(readBotName({ apiUrl: 'http://127.0.0.1:1', token: sim.token }, AbortSignal.timeout(5_000)))
  sim.isDown = true
  await fails(listen())
  assert.deepEqual(
    failures.map((one) => one instanceof BotError && one.code),
    ['refused_403', 'refused_404', 'unreachable', 'answer_unread'],
  )
  for (const one of failures)
    assert.ok(one instanceof Error && !/simulated_token|777|words/.test(`${one.message}${one.stack}${String(one.cause)}`))
})
