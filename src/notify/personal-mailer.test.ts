// Guarantee: each person gets letters in their language; what must be sent is always sent, what need not be is sent to nobody who refused it, never
// asked for it or has no account, and can be ended with one press; choices of different topics made at once all hold, and none is kept of an account that is gone.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { type SimMail, startSimMail } from '../../sim/index.ts'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { noteAlertsSeen } from '../events/index.ts'
import { type LogEvent, systemIds } from '../lib/index.ts'
import { testSubjectKeys } from '../privacy/testing.ts'
import { TOPICS, type Topic } from '../spec/index.ts'
import {
  CHANNELS,
  type Channel,
  changeSettings,
  MailNotSentError,
  noteNewsSeen,
  type PersonalMailer,
  personalMailer,
  readSettings,
  readUnsubscribeToken,
  rememberLanguage,
  smtpMailer,
} from './index.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const kit: TestDatabase = await createTestDatabase()
const subjects = testSubjectKeys()
const ids = systemIds(() => NOW)
const unsubscribeKey = randomBytes(32)
const logged: LogEvent[] = []
const chats = new Map<string, string[]>()
let isChatDown = false
let sim: SimMail
let personal: PersonalMailer
before(async () => {
  sim = await startSimMail()
  personal = open(true)
})
beforeEach(() => {
  logged.length = 0
  isChatDown = false
})
after(async () => {
  await sim.stop()
  await kit.drop()
})

function open(hasMail: boolean): PersonalMailer {
  const post = smtpMailer({ url: `smtp://127.0.0.1:${sim.port}`, from: 'post@fare.example', sender: 'Fare', language: 'en' })
  const chat = async (accountId: string, text: string): Promise<boolean> => {
    if (isChatDown) throw new Error('the bot says no')
    chats.get(accountId)?.push(text)
    return chats.has(accountId)
  }
  return personalMailer({
    ...{ database: kit.appDatabase, subjects, post: hasMail ? post : undefined, chat, unsubscribeKey, language: 'en' },
    ...{ publicUrl: 'https://fare.example', log: (entry) => void logged.push(entry) },
  })
}

async function person(hasEmail = true): Promise<{ readonly id: string; readonly email: string }> {
  const id = ids.uuid()
  const email = `${id}@example.com`
  await createAccount(kit.appDatabase, subjects, { id, email: hasEmail ? email : undefined, now: NOW })
  return { id, email }
}

const mailsTo = (email: string): readonly string[] => sim.mails.filter(({ to }) => to.includes(email)).map(({ raw }) => raw)
const low = (accountId: string) => personal.tell({ accountId, template: 'balance-low', fields: { threshold: '2' } })

test('a letter that can be refused says how, in its header and at its end, and is not sent to who did', async () => {
  const { id, email } = await person()
  await low(id)
  const [mail = ''] = mailsTo(email)
  const link = /^List-Unsubscribe: <(https:\/\/fare\.example\/unsubscribe\/([0-9a-f]{74}))>$/m.exec(
    mail.replace(/\n[ \t]+/g, ' ').replace(/<\s/, '<'),
  )
  assert.match(mail, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m)
  assert.deepEqual(readUnsubscribeToken(unsubscribeKey, link?.[2] ?? ''), { accountId: id, topic: 'balance' })
  await changeSettings(kit.appDatabase, id, { topics: { balance: false } })
  await low(id)
  await personal.mailer?.send('balance-low', email, { threshold: '2' })
  assert.equal(mailsTo(email).length, 1)
  await personal.mailer?.send('password-changed', email, {
    passkeys: '0',
    apps: '0',
    links: '0',
    managing: '0',
    calling: '0',
    link: 'https://fare.example/reset',
  })
  const [, critical = ''] = mailsTo(email)
  assert.ok(!/List-Unsubscribe|\/unsubscribe\//.test(critical), 'a letter that must be sent can be refused')
})

test('what was not asked for is sent to nobody, and nothing that can be refused to an address without an account', async () => {
  const { id, email } = await person()
  const news = { accountId: id, template: 'announcement', fields: () => ({ title: 't', words: 'w' }) } as const
  await personal.tell(news)
  await personal.mailer?.send('announcement', 'stranger@example.com', { title: 't', words: 'w' })
  assert.equal(mailsTo(email).length + mailsTo('stranger@example.com').length, 0)
  await changeSettings(kit.appDatabase, id, { topics: { announcements: true } })
  await personal.tell(news)
  assert.equal(mailsTo(email).length, 1)
})

test('letters are in the language of the person, also by address, and of who has no account in that of their browser', async () => {
  const { id, email } = await person()
  await rememberLanguage(kit.appDatabase, id, 'zh')
  await rememberLanguage(kit.appDatabase, id, 'en')
  await personal.mailer?.send('email-changed', email, {})
  await personal.mailer?.inLanguage?.('en').send('email-changed', email, {})
  const link = { link: 'https://fare.example/x', hours: '24' }
  await personal.mailer?.inLanguage?.('zh').send('sign-up-link', 'new@example.com', link)
  const subjectOf = (raw = ''): string => /^Subject: (.*(?:\n[ \t].*)*)$/m.exec(raw)?.[1] ?? ''
  for (const raw of [...mailsTo(email), ...mailsTo('new@example.com')]) assert.match(subjectOf(raw), /^=\?UTF-8\?/)
  assert.equal(mailsTo(email).length, 2)
})

test('a chat gets the letter too; without mail it is the only way, and then a failure is tried again', async () => {
  const [both, numbered] = [await person(), await person(false)]
  for (const { id } of [both, numbered]) chats.set(id, [])
  await low(both.id)
  await low(numbered.id)
  assert.ok([both, numbered].every(({ id }) => chats.get(id)?.[0]?.startsWith('Your balance is below $2')))
  isChatDown = true
  await low(both.id)
  assert.deepEqual([mailsTo(both.email).length, logged.map(({ event }) => event)], [2, ['chat-unwritten']])
  await assert.rejects(low(numbered.id))
  await assert.rejects(open(false).tell({ accountId: both.id, template: 'balance-low', fields: { threshold: '2' } }))
})

test('who is at no address any more is told in their chat, once; who has no chat is not told, and the log says it without the address', async () => {
  const [inChat, nowhere] = [await person(), await person()]
  chats.set(inChat.id, [])
  sim.refuses = true
  try {
    await low(inChat.id)
    await assert.rejects(low(nowhere.id), (thrown) => thrown instanceof MailNotSentError && thrown.isForGood)
    isChatDown = true
    await assert.rejects(low(inChat.id))
  } finally {
    sim.refuses = false
  }
  assert.equal(chats.get(inChat.id)?.length, 1)
  assert.deepEqual(logged, [
    { event: 'address-refused', account: inChat.id, code: 'recipient_refused' },
    { event: 'address-refused', account: nowhere.id, code: 'recipient_refused' },
    { event: 'address-refused', account: inChat.id, code: 'recipient_refused' },
  ])
})

test('a topic that is unwanted by one way goes by the other', async () => {
  const { id, email } = await person()
  chats.set(id, [])
  await changeSettings(kit.appDatabase, id, { channels: { mail: { balance: false } } })
  await low(id)
  assert.deepEqual([mailsTo(email).length, chats.get(id)?.length], [0, 1])
  await changeSettings(kit.appDatabase, id, { channels: { mail: { balance: true }, telegram: { balance: false } } })
  await low(id)
  assert.deepEqual([mailsTo(email).length, chats.get(id)?.length], [1, 1])
})

type Changed = { readonly way?: Channel } & Readonly<Partial<Record<Topic, boolean>>>

test('choices: each change leaves what it does not name, in any order and at once', async () => {
  const topic = fc.option(fc.boolean(), { nil: undefined })
  const named = Object.fromEntries(TOPICS.map((name) => [name, topic]))
  const change = fc
    .record({ way: fc.constantFrom(undefined, ...CHANNELS), ...named })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Changed)
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
      const { id } = await person(false)
      const { channels } = await readSettings(kit.appDatabase, id)
      const expected = { mail: { ...channels.mail }, telegram: { ...channels.telegram } }
      for (const { way, ...topics } of changes) {
        const wanted = way === undefined ? { topics } : { channels: { [way]: topics } }
        for (const one of CHANNELS) if (way === undefined || way === one) Object.assign(expected[one], topics)
        assert.deepEqual((await changeSettings(kit.appDatabase, id, wanted)).channels, expected)
      }
      assert.deepEqual((await readSettings(kit.appDatabase, id)).channels, expected)
    }),
    { numRuns: 30 },
  )
  const { id } = await person(false)
  await Promise.all(TOPICS.map((topic: Topic) => changeSettings(kit.appDatabase, id, { topics: { [topic]: topic === 'announcements' } })))
  const { channels } = await readSettings(kit.appDatabase, id)
  for (const way of CHANNELS)
    assert.deepEqual(
      TOPICS.filter((one) => channels[way][one]),
      ['announcements'],
    )
})

test('nothing is kept of the choices of an account that is erased or not there any more, and its links are answered all the same', async () => {
  const [{ id: erased }, gone] = [await person(), ids.uuid()]
  await kit.ownerDatabase.query(sql`update account set status = 'erased' where id = ${erased}`)
  for (const id of [erased, gone]) {
    assert.deepEqual(await changeSettings(kit.appDatabase, id, { topics: { balance: false } }), await readSettings(kit.appDatabase, id))
    await noteNewsSeen(kit.appDatabase, id, new Date(NOW))
    await noteAlertsSeen(kit.appDatabase, id, NOW)
    await rememberLanguage(kit.appDatabase, id, 'zh')
    assert.deepEqual(await kit.ownerDatabase.query(sql`select from notification_setting where account_id = ${id}`), [])
  }
})
