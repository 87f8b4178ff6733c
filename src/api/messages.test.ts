// Guarantee: people choose how they are written to for their own account alone, and end mails with a link that needs no sign-in and does nothing by
// being looked at; a webhook's secret is told once and stored with no answer; announcements are made once, by the operator, and shown to all.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { createAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { letterOf, noteSpending } from '../events/index.ts'
import { createManagementKey } from '../keys/index.ts'
import { LETTERS, publishDue, unsubscribeToken } from '../notify/index.ts'
import { LANGUAGES } from '../spec/index.ts'
import { customerApp } from './customer-app.ts'
import type { ApiEnv } from './dependencies.ts'
import { operatorApp } from './operator-app.ts'
import { send, type TestCall, type TestWorld, testWorld } from './test-world.ts'

let kit: TestDatabase
let world: TestWorld
let customers: Hono<ApiEnv>
let operators: Hono<ApiEnv>
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  customers = customerApp(world.dependencies)
  operators = operatorApp(world.dependencies)
})
after(() => kit.drop())

type Person = { readonly accountId: string; readonly key: string }
async function newPerson(): Promise<Person> {
  const { ids, subjects, clock, randomBytes } = world.dependencies
  const [accountId, now] = [ids.uuid(), clock.now()]
  await createAccount(kit.appDatabase, subjects, { id: accountId, email: undefined, now })
  const made = { id: ids.uuid(), accountId, name: 'm', random: randomBytes(32), now }
  return { accountId, key: (await createManagementKey(kit.appDatabase, subjects, made)).secret }
}
const as = ({ key }: Person, line: string, call: TestCall = {}) =>
  send(customers, line, { ...call, headers: { authorization: `Bearer ${key}`, ...call.headers } })

test('choices are one account’s; a wrong word is refused and named', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const { json: before } = await as(one, 'GET /api/account/notifications')
  assert.deepEqual([before.data.language, before.data.topics.balance, before.data.topics.announcements], [null, true, false])
  const { json: changed } = await as(one, 'PUT /api/account/notifications', { body: { language: 'zh', topics: { balance: false } } })
  assert.deepEqual([changed.data.language, changed.data.topics.balance, changed.data.topics.keys], ['zh', false, true])
  assert.equal((await as(other, 'GET /api/account/notifications')).json.data.topics.balance, true)
  for (const body of [{ language: 'de' }, { topics: { password: false } }, { topics: { balance: 'no' } }, { email: 'x' }])
    assert.equal((await as(one, 'PUT /api/account/notifications', { body })).status, 400)
  assert.equal((await send(customers, 'GET /api/account/notifications', { headers: { authorization: '' } })).status, 401)
})

test('a link ends mails about its topic with one press, without a sign-in; looking at it, or changing it, does nothing', async () => {
  const one = await newPerson()
  const token = unsubscribeToken(world.dependencies.messages.unsubscribeKey, { accountId: one.accountId, topic: 'incidents' })
  const isWanted = async () => (await as(one, 'GET /api/account/notifications')).json.data.topics.incidents
  const anybody = { headers: { authorization: '' } }
  const page = await send(customers, `GET /unsubscribe/${token}`, anybody)
  assert.deepEqual([page.status, await isWanted()], [200, true])
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  assert.match(page.text, /<form method="post">/)
  const chinese = await send(customers, `GET /unsubscribe/${token}`, { headers: { authorization: '', 'accept-language': 'zh-CN' } })
  assert.match(chinese.text, /不再接收/)
  const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: '' }
  const wrong = `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`
  assert.equal((await send(customers, `POST /unsubscribe/${wrong}`, { body: 'List-Unsubscribe=One-Click', headers: form })).status, 404)
  assert.equal(await isWanted(), true)
  const done = await send(customers, `POST /unsubscribe/${token}`, { body: 'List-Unsubscribe=One-Click', headers: form })
  assert.deepEqual([done.status, await isWanted()], [200, false])
  assert.ok(!/<form/.test(done.text) && !JSON.stringify(world.logged).includes(token))
  assert.equal((await send(customers, `POST /unsubscribe/${token}`, anybody)).status, 200)
})

const HOOK = { url: 'https://hooks.customer.org/farebox', events: ['key.created', 'incident'] }

test('a webhook is made once for each key of a POST; its secret and its address are stored with no answer', async () => {
  const one = await newPerson()
  const make = (body: object, idempotencyKey = 'a') => as(one, 'POST /api/webhooks', { body, idempotencyKey })
  const first = await make(HOOK)
  assert.deepEqual([first.status, first.json.data.url, first.json.data.active], [201, HOOK.url, true])
  assert.match(first.json.data.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.deepEqual((await make(HOOK)).json, first.json)
  assert.equal((await make({ ...HOOK, url: 'https://other.customer.org/' })).status, 409)
  const { json: list } = await as(one, 'GET /api/webhooks')
  assert.deepEqual([list.data.length, list.data[0].url, list.data[0].secret], [1, HOOK.url, undefined])
  const rows = await kit.ownerDatabase.query<{ text: string }>(sql`
    select to_jsonb(hook)::text as text from webhook_endpoint hook union all select response::text from idempotency`)
  const secret = Buffer.from(first.json.data.secret.slice(6), 'base64').toString('hex')
  for (const { text } of rows) assert.ok(!text.includes('customer.org') && !text.includes('whsec_') && !text.includes(secret))
})

test('where webhooks are not switched on, none is made', async () => {
  const one = await newPerson()
  const none = customerApp({ ...world.dependencies, messages: { ...world.dependencies.messages, hasWebhooks: false } })
  const refused = await send(none, 'POST /api/webhooks', { body: HOOK, headers: { authorization: `Bearer ${one.key}` } })
  assert.deepEqual([refused.status, refused.json.error.code], [404, 'not_offered'])
})

test('what is no public https address, or no event, is refused; a sixth webhook too', async () => {
  const one = await newPerson()
  const urls = [
    'http://a.customer.org/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://a.customer.org:8443/',
    'https://u:p@a.customer.org/',
    'x',
  ]
  for (const url of urls) assert.equal((await as(one, 'POST /api/webhooks', { body: { ...HOOK, url } })).json.error.field, 'url', url)
  for (const events of [[], ['test'], ['key.created', 'x'], 'key.created'])
    assert.equal((await as(one, 'POST /api/webhooks', { body: { ...HOOK, events } })).status, 400)
  for (let count = 0; count < 5; count += 1) assert.equal((await as(one, 'POST /api/webhooks', { body: HOOK })).status, 201)
  assert.equal((await as(one, 'POST /api/webhooks', { body: HOOK })).json.error.code, 'webhooks_full')
})

test('a webhook is changed, tried, given another secret and deleted by its account alone', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const { id, secret } = (await as(one, 'POST /api/webhooks', { body: HOOK })).json.data
  const lines = [
    `PATCH /api/webhooks/${id}`,
    `POST /api/webhooks/${id}/rotate`,
    `POST /api/webhooks/${id}/test`,
    `DELETE /api/webhooks/${id}`,
  ]
  for (const line of [...lines, `GET /api/webhooks/${id}/deliveries`])
    assert.equal(
      (await as(other, line, line.startsWith('PATCH') ? { body: { active: false } } : {})).json.error.code,
      'webhook_unknown',
      line,
    )
  const { json: changed } = await as(one, `PATCH /api/webhooks/${id}`, { body: { active: false, events: ['balance.low'] } })
  assert.deepEqual([changed.data.active, changed.data.events, changed.data.url], [false, ['balance.low'], HOOK.url])
  const rotate = () => as(one, `POST /api/webhooks/${id}/rotate`, { idempotencyKey: 'r' })
  const rotated = await rotate()
  assert.ok(rotated.json.data.secret !== secret && rotated.json.data.oldSecretUntil !== null)
  assert.deepEqual((await rotate()).json, rotated.json)
  for (let time = 0; time < 2; time += 1)
    assert.equal((await as(one, `POST /api/webhooks/${id}/test`, { idempotencyKey: 't' })).status, 202)
  const { json: log } = await as(one, `GET /api/webhooks/${id}/deliveries`)
  assert.deepEqual([log.data.length, log.data[0].event, log.data[0].state, log.data[0].status], [1, 'test', 'waiting', null])
  assert.equal((await as(one, `DELETE /api/webhooks/${id}`)).status, 200)
  assert.equal((await as(one, 'GET /api/webhooks')).json.data.length, 0)
})

test('a code binds a chat where there is a bot', async () => {
  const one = await newPerson()
  const { status, json } = await as(one, 'POST /api/account/telegram')
  assert.deepEqual([status, json.data.link], [201, `https://t.me/shop_bot?start=${json.data.code}`])
  assert.equal((await as(one, 'DELETE /api/account/telegram')).json.data.wasBound, false)
  const none = customerApp({ ...world.dependencies, messages: { ...world.dependencies.messages, botName: undefined } })
  const refused = await send(none, 'POST /api/account/telegram', { headers: { authorization: `Bearer ${one.key}` } })
  assert.equal(refused.json.error.code, 'not_offered')
})

const NEWS = { topic: 'incidents', title: { en: 'Slow answers', zh: '响应缓慢' }, text: { en: 'We look into it.', zh: '我们正在处理。' } }

test('an announcement is made once, noted for each account, shown to everybody, and written down as an access', async () => {
  const one = await newPerson()
  const announce = (body: object = NEWS, idempotencyKey = 'n') =>
    send(operators, 'POST /operator/v1/announcements', { body, idempotencyKey })
  const made = await announce()
  assert.deepEqual([made.status, made.json.title.zh], [201, '响应缓慢'])
  assert.deepEqual((await announce()).json, made.json)
  assert.equal((await announce({ ...NEWS, topic: 'announcements' })).status, 409)
  const events = await kit.appDatabase.query(sql`select from account_event where account_id = ${one.accountId}::uuid and kind = 'incident'`)
  assert.equal(events.length, 1)
  const shown = await send(customers, 'GET /api/announcements', { headers: { authorization: '' } })
  const { state, publish_at: _, withdrawn_at: withdrawnAt, ...seen } = made.json
  assert.deepEqual([state, withdrawnAt, shown.json.data], ['published', null, { data: [seen], next: null }])
  const audited = await kit.ownerDatabase.query(sql`select from audit_entry where action = 'announcements.create'`)
  assert.equal(audited.length, 3)
})

test('an announcement for later is for nobody until then; one that is taken back is shown no more, and letters of it stay here', async () => {
  const one = await newPerson()
  const [at, now] = [new Date(world.clock.at + 3_600_000), world.clock.at]
  const titled = (title: string) => ({ ...NEWS, title: { en: title, zh: title } })
  const { json: later } = await send(operators, 'POST /operator/v1/announcements', {
    body: { ...titled('later'), publish_at: at.toISOString() },
  })
  const told = async () => {
    const rows = await kit.appDatabase.query<{ readonly id: string }>(sql`
      select reference as id from account_event where account_id = ${one.accountId}::uuid and kind = 'incident'`)
    return rows.map(({ id }) => id)
  }
  const shown = async () => (await as(one, 'GET /api/announcements')).json.data.data.map(({ id }: { id: string }) => id)
  assert.deepEqual([later.state, (await told()).includes(later.id), (await shown()).includes(later.id)], ['scheduled', false, false])
  assert.equal(await publishDue(kit.appDatabase, now), 0)
  assert.deepEqual([await publishDue(kit.appDatabase, at.getTime()), await publishDue(kit.appDatabase, at.getTime())], [1, 0])
  assert.deepEqual([(await told()).includes(later.id), (await shown()).includes(later.id)], [true, true])
  const parts = { database: kit.appDatabase, publicUrl: 'https://x' }
  const event = { accountId: one.accountId, kind: 'incident', data: { announcement_id: later.id } }
  assert.ok(await letterOf(parts, event))
  const withdraw = () => send(operators, `POST /operator/v1/announcements/${later.id}/withdrawal`, { idempotencyKey: 'w' })
  assert.deepEqual(
    [(await withdraw()).json.state, (await withdraw()).status, (await shown()).includes(later.id)],
    ['withdrawn', 200, false],
  )
  assert.equal(await letterOf(parts, event), undefined)
  assert.equal(
    (await send(operators, `POST /operator/v1/announcements/${one.accountId}/withdrawal`)).json.error.code,
    'announcement_unknown',
  )
  const { json: never } = await send(operators, 'POST /operator/v1/announcements', {
    body: { ...titled('never'), publish_at: at.toISOString() },
  })
  await send(operators, `POST /operator/v1/announcements/${never.id}/withdrawal`)
  assert.equal(await publishDue(kit.appDatabase, at.getTime() + 1), 0)
})

test('the words of an announcement can be changed by nobody', async () => {
  const { json } = await send(operators, 'POST /operator/v1/announcements', { body: NEWS })
  await assert.rejects(kit.ownerDatabase.query(sql`update announcement set words_en = 'other' where id = ${json.id}::uuid`))
  await assert.rejects(kit.ownerDatabase.query(sql`update announcement set published_at = now() where id = ${json.id}::uuid`))
  await assert.rejects(kit.ownerDatabase.query(sql`delete from announcement where id = ${json.id}::uuid`))
})

test('what was announced is read by each account for itself, and never becomes unread', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  await kit.ownerDatabase.query(sql`update announcement set withdrawn_at = now() where withdrawn_at is null`)
  const announce = async (minutes: number) => {
    world.clock.at += minutes * 60_000
    return (await send(operators, 'POST /operator/v1/announcements', { body: NEWS })).json.id as string
  }
  const [old, young] = [await announce(1), await announce(1)]
  const unread = async (person: Person) => (await as(person, 'GET /api/account/announcements')).json.data
  assert.deepEqual([(await unread(one)).unread, (await unread(one)).data[0].id, (await unread(one)).data[0].read], [2, young, false])
  assert.equal((await as(one, 'PUT /api/account/announcements/seen', { body: { id: young } })).status, 200)
  assert.equal((await as(one, 'PUT /api/account/announcements/seen', { body: { id: old } })).status, 200)
  assert.deepEqual([(await unread(one)).unread, (await unread(one)).data[0].read, (await unread(other)).unread], [0, true, 2])
  assert.equal((await as(one, 'PUT /api/account/announcements/seen', { body: { id: one.accountId } })).status, 404)
})

test('a delivery is sent once more under its id, of its own account and webhook alone, and where that is on', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const { id } = (await as(one, 'POST /api/webhooks', { body: HOOK })).json.data
  const { delivery } = (await as(one, `POST /api/webhooks/${id}/test`)).json.data
  await kit.appDatabase.query(
    sql`update webhook_delivery set state = 'delivered', tries = 1, last_try_at = now() where id = ${delivery}::uuid`,
  )
  const path = `POST /api/webhooks/${id}/deliveries/${delivery}/resend`
  const shown = async () => (await as(one, `GET /api/webhooks/${id}/deliveries`)).json.data
  assert.equal((await as(other, path)).json.error.code, 'webhook_unknown')
  assert.equal((await as(one, path.replace(delivery, id))).json.error.code, 'delivery_unknown')
  assert.equal((await shown())[0].state, 'delivered')
  for (let time = 0; time < 2; time += 1) assert.equal((await as(one, path, { idempotencyKey: 'again' })).status, 202)
  assert.deepEqual([(await shown()).length, (await shown())[0].id, (await shown())[0].state], [1, delivery, 'waiting'])
  await as(one, `PATCH /api/webhooks/${id}`, { body: { active: false } })
  assert.equal((await as(one, path)).json.error.code, 'webhook_off')
})

test('an account tries its webhooks twenty times in an hour, repeats aside, whichever it has; then it waits as long as it is told', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const newHook = async (person: Person) => (await as(person, 'POST /api/webhooks', { body: HOOK })).json.data.id as string
  const tryHook = (person: Person, id: string, idempotencyKey?: string) =>
    as(person, `POST /api/webhooks/${id}/test`, idempotencyKey === undefined ? {} : { idempotencyKey })
  const [first, theirs] = [await newHook(one), await newHook(other)]
  for (let time = 0; time < 5; time += 1) assert.equal((await tryHook(one, first, 'same')).status, 202)
  assert.equal((await tryHook(one, theirs)).json.error.code, 'webhook_unknown')
  const told = await Promise.all(Array.from({ length: 24 }, () => tryHook(one, first)))
  assert.deepEqual([told.filter(({ status }) => status === 202).length, told.filter(({ status }) => status === 429).length], [19, 5])
  const limited = await tryHook(one, first)
  const seconds = Number(limited.headers.get('retry-after'))
  assert.deepEqual([limited.status, limited.json.error.code, seconds > 3500 && seconds <= 3600], [429, 'webhook_limited', true])
  assert.equal((await as(one, `GET /api/webhooks/${first}/deliveries`)).json.data.length, 20)
  // Neither another webhook nor deleting one begins anew, and nobody else waits.
  await as(one, `DELETE /api/webhooks/${first}`)
  const second = await newHook(one)
  assert.equal((await tryHook(one, second)).status, 429)
  assert.equal((await tryHook(other, theirs)).status, 202)
  world.clock.at += 3_600_000
  const { delivery } = (await tryHook(one, second)).json.data
  const resend = (idempotencyKey?: string) =>
    as(one, `POST /api/webhooks/${second}/deliveries/${delivery}/resend`, idempotencyKey === undefined ? {} : { idempotencyKey })
  const again = await Promise.all(Array.from({ length: 102 }, () => resend()))
  assert.deepEqual([again.filter(({ status }) => status === 202).length, (await resend()).json.error.code], [100, 'webhook_limited'])
})

test('who wants to hear of what a day costs is told once a day for each amount', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const set = (spendAlarm: unknown) => as(one, 'PUT /api/account/notifications', { body: { spendAlarm } })
  for (const odd of ['0', '-1', 'much', 5]) assert.equal((await set(odd)).status, 400, String(odd))
  assert.equal((await set('2.50')).json.data.spendAlarm, '2.50')
  assert.equal((await as(one, 'PUT /api/account/notifications', { body: { language: 'en' } })).json.data.spendAlarm, '2.50')
  const now = world.clock.at
  const spend = async (cost: bigint) => {
    for (const { accountId } of [one, other])
      await kit.ownerDatabase.transaction(async (tx) => {
        await tx.query(sql`set local session_replication_role = replica`)
        await tx.query(sql`
          insert into usage_day (account_id, day, cost, calls) values (${accountId}::uuid, (${new Date(now)}::timestamptz at time zone 'UTC')::date, ${cost}, 1)
          on conflict (account_id, day) do update set cost = excluded.cost`)
      })
  }
  await spend(2_499_999_999n)
  assert.equal(await noteSpending(kit.appDatabase, now), 0)
  await spend(2_500_000_000n)
  assert.deepEqual([await noteSpending(kit.appDatabase, now), await noteSpending(kit.appDatabase, now)], [1, 0])
  const [alert] = (await as(one, 'GET /api/account/alerts')).json.data
  assert.deepEqual([alert.kind, alert.amount], ['spend.reached', '2.50'])
  await set('1.00')
  assert.equal(await noteSpending(kit.appDatabase, now), 1)
  await set(null)
  assert.equal((await as(one, 'GET /api/account/notifications')).json.data.spendAlarm, null)
  assert.equal((await as(other, 'GET /api/account/alerts')).json.data.length, 0)
})

test('an announcement that is not whole is refused', async () => {
  const odd = [
    ...[{ audience: 'model_users' }, { topic: 'models' }, { model: 'm' }, { topic: 'models', model: 'm', audience: 'model_users' }],
    ...[
      { effective_at: '2027-01-01T00:00:00Z' },
      { title: { en: 'x' } },
      { text: { en: 'two\nlines', zh: 'x' } },
      { audience: 'model_users', model: 'none' },
    ],
  ]
  for (const over of odd) {
    const { status } = await send(operators, 'POST /operator/v1/announcements', { body: { ...NEWS, ...over } })
    assert.equal(status, 400, JSON.stringify(over))
  }
})

test('a letter is shown as if it were about somebody, and is sent so to whoever asks, where there is mail', async () => {
  for (const lang of LANGUAGES)
    for (const key of Object.keys(LETTERS)) {
      const { json: shown } = await send(operators, `GET /operator/v1/letters/${key}/preview?lang=${lang}&filled=yes`)
      assert.ok(!/\{\w+\}/.test(`${shown.subject}${shown.text}`), key)
    }
  const page = await send(operators, 'GET /operator/v1/letters/incident/page?lang=zh')
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'unsafe-inline'; sandbox$/)
  assert.match(page.text, /故障通知/)
  const sent: unknown[] = []
  const messages = { ...world.dependencies.messages, sendSample: async (sample: object) => void sent.push(sample) }
  const withMail = operatorApp({ ...world.dependencies, messages })
  const test = (body: object, idempotencyKey = 't') => send(withMail, 'POST /operator/v1/letters/incident/test', { body, idempotencyKey })
  const to = 'me@house.example'
  assert.deepEqual([(await test({ lang: 'zh', to })).status, (await test({ lang: 'zh', to })).status], [200, 200])
  assert.deepEqual(sent, [{ template: 'incident', language: 'zh', to }])
  assert.deepEqual([(await test({}, 'u')).json.error.field, (await test({ to: 'me' }, 'v')).json.error.field], ['to', 'to'])
  const kept = await kit.ownerDatabase.query<{ text: string }>(sql`select response::text as text from idempotency`)
  assert.ok(kept.every(({ text }) => !text.includes(to)))
  assert.equal((await send(operators, 'POST /operator/v1/letters/incident/test', { body: { to } })).json.error.code, 'not_offered')
})

test('every letter can be looked at in every language, with its fields in braces', async () => {
  const { json } = await send(operators, 'GET /operator/v1/letters')
  assert.deepEqual(json.data.map(({ key }: { key: string }) => key).sort(), Object.keys(LETTERS).sort())
  for (const { key, fields, topic } of json.data)
    for (const lang of LANGUAGES) {
      const { json: shown } = await send(operators, `GET /operator/v1/letters/${key}/preview?lang=${lang}`)
      for (const field of fields) assert.ok(`${shown.subject}${shown.text}`.includes(`{${field}}`), `${key} ${lang} ${field}`)
      assert.equal(shown.html.includes('{unsubscribe}'), topic !== null)
    }
  assert.equal((await send(operators, 'GET /operator/v1/letters/nothing/preview')).status, 404)
  assert.equal((await send(operators, 'GET /operator/v1/letters/incident/preview?lang=de')).status, 400)
})
