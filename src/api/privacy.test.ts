// Guarantee: who is not signed in learns from no answer whether an address is known; a mailed link works once, for one purpose and one account,
// for 24 hours by any clock; a key opens no right; the operator erases, exports and corrects whom he means, or nobody.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Hono } from 'hono'
import { readZip } from '../../checks/privacy/read-zip.ts'
import { openRightsWorld, type RightsWorld } from '../../checks/privacy/rights-world.ts'
import { sql } from '../db/index.ts'
import { mintSecret } from '../keys/index.ts'
import { accessShown, erasureShown, privacyRequestPage, privacyRequestShown } from './contract/index.ts'
import type { ApiEnv } from './dependencies.ts'
import { customerApp, operatorApp } from './index.ts'
import { send, type TestAnswer, testWorld } from './test-world.ts'

let world: RightsWorld
let customer: Hono<ApiEnv>
let operator: Hono<ApiEnv>
let settled: () => Promise<void>
before(async () => {
  world = await openRightsWorld()
  const { dependencies } = testWorld(world.kit.appDatabase, world.options)
  const made = {
    ...dependencies,
    subjects: world.subjects,
    ledger: world.ledger,
    clock: { now: world.clock.now, monotonic: world.clock.now },
  }
  settled = made.ownRights.settled
  customer = customerApp(made)
  operator = operatorApp(made)
})
after(() => world.close())

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const by = (token: string, body?: unknown) => ({ headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }) })
const ask = async (email: string, kind: string): Promise<TestAnswer> => {
  const answer = await send(customer, 'POST /api/privacy/requests', { body: { email, kind } })
  await settled()
  return answer
}
const linkFor = async (email: string, kind: string): Promise<string> => {
  await ask(email, kind)
  const link = world.lastLink()
  assert.equal(link.purpose, kind)
  return link.token
}
const codeOf = ({ status, json }: TestAnswer): string => `${status} ${json?.error?.code}`

test('known and unknown addresses get the same answer; the unknown leaves nothing behind and gets no mail', async () => {
  await world.customer('known@example.com')
  const answers = [await ask('known@example.com', 'access'), await ask('unknown@example.com', 'access')]
  const shape = ({ status, text, headers }: TestAnswer) => [status, text, [...headers.keys()].toSorted()]
  assert.deepEqual(shape(answers[0] as TestAnswer), shape(answers[1] as TestAnswer))
  assert.deepEqual([answers[0]?.status, answers[0]?.text], [202, '{"accepted":true}'])
  assert.deepEqual(
    world.mails.map(({ to, template }) => `${template} ${to}`),
    ['privacy-link known@example.com'],
  )
  assert.match(world.mails[0]?.fields['link'] ?? '', /^https:\/\/shop\.example\/privacy\/request#access=fbl_[\w-]{43}$/)
  const rows = await world.kit.ownerDatabase.query<{ text: string }>(sql`
    select r::text || coalesce(l::text, '') as text from privacy_request r left join privacy_link l on l.request_id = r.id`)
  assert.equal(rows.length, 1)
  assert.ok(!rows[0]?.text.includes(world.lastLink().token) && !rows[0]?.text.includes('example.com'))
  await ask('KNOWN@example.com', 'access')
  assert.equal(world.mails.length, 1, 'nobody is mailed again and again by what others ask for')
})

test('bad requests are refused by name before anything is looked up', async () => {
  const refused = async (body: unknown) => codeOf(await send(customer, 'POST /api/privacy/requests', { body }))
  assert.equal(await refused({ email: 'a@b.co' }), '400 missing_field')
  assert.equal(await refused({ email: 'a@b.co', kind: 'all' }), '400 invalid_field')
  assert.equal(await refused({ email: 'a@b.co\r\nBcc: c@d.co', kind: 'erase' }), '400 invalid_field')
  assert.equal(await refused({ email: 'a@b.co', kind: 'erase', account: 'x' }), '400 unknown_field')
  assert.equal(await refused('{'), '400 invalid_json')
})

test('a link shows what is held, once, and for nothing else', async () => {
  const id = await world.customer('reads@example.com')
  const token = await linkFor('reads@example.com', 'access')
  for (const line of ['POST /api/privacy/export', 'GET /api/privacy/erasure', 'POST /api/privacy/objection'])
    assert.equal(codeOf(await send(customer, line, by(token))), '401 link_invalid', line)
  const told = await send(customer, 'POST /api/privacy/access', by(token))
  assert.equal(told.status, 200, told.text)
  const shown = accessShown.parse(told.json)
  assert.deepEqual([shown.account_id, shown.proof], [id, '/privacy/proof'])
  assert.match(shown.content, /No prompt, answer or file/)
  assert.equal(shown.held.find(({ column }) => column === 'email_sealed')?.value, 'reads@example.com')
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/access', by(token))), '401 link_invalid')
})

test('of many who use one link at once, one gets the export', async () => {
  await world.customer('zip@example.com')
  const token = await linkFor('zip@example.com', 'export')
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map(async () =>
      customer.request('/api/privacy/export', { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
    ),
  )
  const [taken, ...more] = answers.filter(({ status }) => status === 200)
  assert.equal(more.length, 0)
  assert.equal(taken?.headers.get('content-type'), 'application/zip')
  assert.equal(taken?.headers.get('cache-control'), 'no-store')
  const files = readZip(Buffer.from((await taken?.arrayBuffer()) ?? new ArrayBuffer(0)))
  assert.equal(JSON.parse(String(files.get('account.json')))[0].email, 'zip@example.com')
})

test('a link is dead after 24 hours, and a clock that was set back brings none to life', async () => {
  await world.customer('late@example.com')
  const token = await linkFor('late@example.com', 'access')
  world.clock.at += DAY_MS
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/access', by(token))), '401 link_invalid')
  world.clock.at -= DAY_MS
  await world.kit.ownerDatabase.query(sql`update privacy_link set expires_at = clock_timestamp() - interval '1 second'`)
  world.clock.at -= 30 * DAY_MS
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/access', by(token))), '401 link_invalid')
  world.clock.at += 30 * DAY_MS
})

test('a key of the account, the operator token and anything else open no right', async () => {
  const id = await world.customer('keyed@example.com')
  const minted = await send(operator, `POST /operator/v1/accounts/${id}/keys`, { body: { name: 'main' } })
  assert.equal(minted.status, 201, minted.text)
  const tokens = [
    minted.json.secret,
    mintSecret(Buffer.alloc(32, 3)),
    'test-operator-token-0123456789',
    `fbl_${'a'.repeat(43)}`,
    '',
    'x'.repeat(9000),
  ]
  for (const token of tokens)
    for (const line of [
      'POST /api/privacy/access',
      'POST /api/privacy/export',
      'GET /api/privacy/erasure',
      'POST /api/privacy/erasure',
      'POST /api/privacy/objection',
    ])
      assert.equal(codeOf(await send(customer, line, by(token))), '401 link_invalid', line)
  assert.equal(codeOf(await send(customer, `POST /api/privacy/access?token=fbl_${'a'.repeat(43)}`)), '400 key_in_url')
  assert.equal((await world.rights.planErasure(id)).erasure, undefined)
})

test('erasing by a link: shown first, refused while money is left, done with the same link, dead afterwards', async () => {
  const id = await world.customer('leaves@example.com', 2_500_000_000n)
  const [token, other] = [await linkFor('leaves@example.com', 'erase'), await linkFor('leaves@example.com', 'access')]
  const plan = erasureShown.parse((await send(customer, 'GET /api/privacy/erasure', by(token))).json)
  assert.deepEqual([plan.account_id, plan.state, plan.left], [id, 'none', '2.50'])
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/erasure', by(token, {}))), '409 erasure_money_left')
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/erasure', by(token, { give_up: '2.499999999' }))), '409 erasure_money_left')
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/erasure', by(token, { give_up: '-1' }))), '400 amount_invalid')
  const done = await send(customer, 'POST /api/privacy/erasure', by(token, { give_up: '2.50' }))
  assert.deepEqual([done.status, erasureShown.parse(done.json).state], [202, 'done'])
  assert.deepEqual(world.mails.at(-1)?.template, 'erasure-begun')
  for (const [line, used] of [
    ['POST /api/privacy/erasure', token],
    ['GET /api/privacy/erasure', token],
    ['POST /api/privacy/access', other],
  ] as const)
    assert.equal(codeOf(await send(customer, line, by(used))), '401 link_invalid', line)
  const mails = world.mails.length
  await ask('leaves@example.com', 'access')
  assert.equal(world.mails.length, mails, 'there is no such account any more')
})

test('an address is corrected when both addresses answer; the old one finds and shows nothing any more', async () => {
  const id = await world.customer('old@example.com')
  const token = await linkFor('old@example.com', 'correct')
  assert.equal((await send(customer, 'POST /api/privacy/email', by(token, { email: 'new@example.com' }))).status, 202)
  assert.equal(codeOf(await send(customer, 'POST /api/privacy/email', by(token, { email: 'evil@example.com' }))), '401 link_invalid')
  const confirm = world.lastLink()
  assert.deepEqual([confirm.purpose, world.mails.at(-1)?.to], ['confirm-email', 'new@example.com'])
  assert.equal(await world.options.accounts.emailOf(id), 'old@example.com')
  const wrong = await send(customer, 'POST /api/privacy/email/confirm', by(confirm.token, { email: 'other@example.com' }))
  assert.equal(codeOf(wrong), '401 link_invalid')
  assert.equal((await send(customer, 'POST /api/privacy/email/confirm', by(confirm.token, { email: 'new@example.com' }))).status, 200)
  assert.equal(await world.options.accounts.emailOf(id), 'new@example.com')
  assert.deepEqual(
    [await world.options.accounts.findByEmail('old@example.com'), await world.options.accounts.findByEmail('NEW@example.com')],
    [undefined, id],
  )
  assert.deepEqual([world.mails.at(-1)?.template, world.mails.at(-1)?.to], ['email-changed', 'old@example.com'])
})

test('an objection is before the operator with its dates; he ends it once', async () => {
  const id = await world.customer('objects@example.com')
  const token = await linkFor('objects@example.com', 'object')
  assert.equal((await send(customer, 'POST /api/privacy/objection', by(token))).status, 202)
  const page = privacyRequestPage.parse((await send(operator, 'GET /operator/v1/privacy/requests?state=open')).json)
  const mine = page.data.find((request) => request.account_id === id)
  assert.deepEqual([mine?.kind, mine?.channel, mine?.state], ['object', 'customer', 'open'])
  assert.equal(Date.parse(mine?.due_at ?? '') - Date.parse(mine?.created_at ?? ''), 30 * DAY_MS)
  assert.equal(Date.parse(mine?.promised_at ?? '') - Date.parse(mine?.created_at ?? ''), 3 * DAY_MS)
  const end = async () => send(operator, `PATCH /operator/v1/privacy/requests/${mine?.id}`, { body: { state: 'done' } })
  assert.equal(privacyRequestShown.parse((await end()).json).state, 'done')
  assert.equal(codeOf(await end()), '409 request_ended')
  assert.equal(codeOf(await send(operator, 'PATCH /operator/v1/privacy/requests/x', { body: { state: 'done' } })), '404 request_unknown')
})

test('what is open for 20 days is counted as late; what the operator does ends it', async () => {
  const id = await world.customer('waits@example.com')
  const opened = await send(operator, 'POST /operator/v1/privacy/requests', { body: { account_id: id, kind: 'export' } })
  assert.equal(opened.status, 201, opened.text)
  const again = await send(operator, 'POST /operator/v1/privacy/requests', { body: { account_id: id, kind: 'export' } })
  assert.equal(again.json.id, opened.json.id)
  assert.equal((await world.rights.counts()).requests.late, 0)
  world.clock.at += 20 * DAY_MS
  assert.equal((await world.rights.counts()).requests.late, 1)
  const answer = await operator.request(`/operator/v1/accounts/${id}/export`, {
    headers: { authorization: 'Bearer test-operator-token-0123456789' },
  })
  assert.ok(readZip(Buffer.from(await answer.arrayBuffer())).has('schema.json'))
  assert.equal((await world.rights.counts()).requests.late, 0)
  world.clock.at -= 20 * DAY_MS
})

test('the operator erases whom he names by id and address, and sees before what it takes', async () => {
  const id = await world.customer('named@example.com')
  const path = `/operator/v1/accounts/${id}/erasure`
  assert.equal(erasureShown.parse((await send(operator, `GET ${path}`)).json).state, 'none')
  assert.equal(codeOf(await send(operator, `POST ${path}`, { body: {} })), '400 missing_field')
  assert.equal(codeOf(await send(operator, `POST ${path}`, { body: { email: 'nam@example.com' } })), '409 erasure_wrong_person')
  assert.equal((await operator.request(path)).status, 401)
  const [one, two] = [
    await send(operator, `POST ${path}`, { body: { email: 'named@example.com' } }),
    await send(operator, `POST ${path}`, { body: { email: 'named@example.com' } }),
  ]
  assert.deepEqual([one.status, one.json.state, two.status, two.json.requested_at], [202, 'done', 202, one.json.requested_at])
  assert.equal((await send(operator, `GET /operator/v1/accounts/${id}`)).json.status, 'erased')
  for (const line of [
    `GET /operator/v1/accounts/${id}/export`,
    `GET /operator/v1/accounts/${id}/access`,
    'GET /operator/v1/accounts/x/erasure',
  ])
    assert.equal(codeOf(await send(operator, line)), '404 account_unknown', line)
})

test('without mail nothing is promised that needs it', async () => {
  const { dependencies } = testWorld(world.kit.appDatabase, { ...world.options, mailer: undefined })
  const answer = await send(customerApp(dependencies), 'POST /api/privacy/requests', { body: { email: 'a@b.co', kind: 'erase' } })
  assert.equal(codeOf(answer), '503 mail_off')
})
