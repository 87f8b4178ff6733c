// Guarantee: a statement is told to its account and the operator alone, in the form and language that is asked for; whatever people wrote
// into it stays text; and what cannot be told is refused by name in the shape of the interface.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../db/testing.ts'
import { makeLedger } from '../ledger/index.ts'
import { statementShown } from './contract/index.ts'
import { customerApp, operatorApp } from './index.ts'
import { languageOf } from './statement-page/index.ts'
import { send, type TestAnswer, testWorld } from './test-world.ts'

const NOW = Date.now()
const MONTH = new Date(NOW).toISOString().slice(0, 7)
const XSS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '${alert(1)} {{alert(1)}} &lt;b&gt;',
] as const
let kit: TestDatabase
let world: ReturnType<typeof testWorld>
let account = ''
let other = ''
let secret = ''
before(async () => {
  kit = await createTestDatabase()
  world = testWorld(kit.appDatabase)
  world.clock.at = NOW
  const ledger = makeLedger(kit.ledgerDatabase, world.dependencies)
  const make = async (email: string): Promise<string> => {
    const made = await send(operatorApp(world.dependencies), 'POST /operator/v1/accounts', { body: { email } })
    await ledger.openAccount(made.json.id)
    return made.json.id
  }
  ;[account, other] = [await make('a@example.com'), await make('b@example.com')]
  for (const [index, reason] of XSS.entries())
    await ledger.credit({ accountId: account, amount: BigInt(index + 1), kind: 'manual', sourceKey: `x:${index}`, reason })
  const minted = await send(operatorApp(world.dependencies), `POST /operator/v1/accounts/${account}/keys`, { body: { name: 'main' } })
  secret = minted.json.secret
})
after(() => kit.drop())

const asOperator = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<TestAnswer> =>
  send(operatorApp(world.dependencies), `GET /operator/v1/accounts/${path}`, { headers })
const asCustomer = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<TestAnswer> =>
  send(customerApp(world.dependencies), `GET /v1/statements/${path}`, { headers: { authorization: `Bearer ${secret}`, ...headers } })

test('the same statement for the operator and its account, by what is accepted or by its ending', async () => {
  const told = await asOperator(`${account}/statements/${MONTH}`)
  assert.equal(told.status, 200, told.text)
  const statement = statementShown.parse(told.json)
  assert.deepEqual([statement.opening_balance, statement.closing_balance, statement.state], ['0.00', '0.000000015', 'open'])
  assert.deepEqual((await asCustomer(MONTH)).json, told.json)
  assert.deepEqual((await asCustomer(`${MONTH}.json`, { accept: 'text/html' })).json, told.json)
  for (const answer of [await asCustomer(`${MONTH}.csv`), await asCustomer(MONTH, { accept: 'text/csv' })]) {
    assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/)
    assert.match(answer.headers.get('content-disposition') ?? '', new RegExp(`^attachment; filename="statement-${MONTH}.csv"$`))
    assert.match(answer.text, /^day,at,kind,id,reason,/)
  }
  const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
  for (const answer of [await asCustomer(`${MONTH}.html`), await asCustomer(MONTH, { accept: browser })])
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html; charset=utf-8/i)
  assert.match((await asCustomer(MONTH, { accept: '*/*' })).headers.get('content-type') ?? '', /^application\/json/)
})

test('what people wrote stays text, and nothing but the style of the page is loaded', async () => {
  for (const lang of ['en', 'zh']) {
    const { text, headers } = await asCustomer(`${MONTH}.html?lang=${lang}`)
    assert.equal([...text.matchAll(/<script|<img|<\/style>/g)].join(), '</style>')
    assert.ok(!/<[a-z]+[^>]*\son\w+=/i.test(text))
    assert.ok(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && text.includes('&amp;lt;b&amp;gt;'))
    assert.ok(!/(?:src|href|action)=/i.test(text.replaceAll('src=x onerror', '')), 'nothing is fetched and nothing is linked')
    assert.ok(!/\bstyle="/.test(text), 'an inline style would need a weaker policy')
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
    const policy = headers.get('content-security-policy') ?? ''
    assert.ok(policy.includes(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`))
    assert.ok(policy.startsWith("default-src 'none'; ") && !policy.includes('unsafe') && policy.includes("frame-ancestors 'none'"))
    assert.equal(headers.get('cache-control'), 'no-store')
  }
})

test('the page speaks the language that is asked for', async () => {
  const langOf = async (path: string, header?: string) => {
    const { text } = await asCustomer(`${MONTH}.html${path}`, header === undefined ? {} : { 'accept-language': header })
    return /<html lang="([^"]+)">/.exec(text)?.[1]
  }
  assert.equal(await langOf(''), 'en')
  assert.equal(await langOf('', 'zh-CN,zh;q=0.9,en;q=0.8'), 'zh-Hans')
  assert.equal(await langOf('?lang=en', 'zh-CN'), 'en')
  assert.equal(await langOf('?lang=zh'), 'zh-Hans')
  assert.deepEqual(['de, en;q=0.5', 'fr', '*', '', undefined, 'en;q=0.2, zh-Hans;q=0.7', 'zh;q=0, en', 'zhx', ';;;,,,'].map(languageOf), [
    'en',
    'en',
    'en',
    'en',
    'en',
    'zh',
    'en',
    'en',
    'en',
  ])
})

test('nobody sees the statement of another account', async () => {
  assert.equal((await send(customerApp(world.dependencies), `GET /v1/statements/${MONTH}`)).json.error.code, 'key_invalid')
  const none = await customerApp(world.dependencies).request(`/v1/statements/${MONTH}`)
  assert.equal(none.status, 401)
  assert.equal((await operatorApp(world.dependencies).request(`/operator/v1/accounts/${account}/statements/${MONTH}`)).status, 401)
  assert.equal(statementShown.parse((await asOperator(`${other}/statements/${MONTH}`)).json).lines.length, 0)
  assert.equal(statementShown.parse((await asCustomer(MONTH)).json).account_id, account)
})

test('bad input is refused by name, in the shape of the interface', async () => {
  const operator = async (path: string) => {
    const { status, json } = await asOperator(path)
    return `${status} ${json.error?.code} ${json.error?.field ?? ''}`.trim()
  }
  const customer = async (path: string) => {
    const { status, json } = await asCustomer(path)
    return `${status} ${json.error?.type} ${json.error?.code} ${json.error?.param}`
  }
  for (const month of ['2026-13', '1999-01', 'x', '2026-1', '2026-11.pdf', '2026-11.csv.csv', '2026-11%0a']) {
    assert.equal(await operator(`${account}/statements/${month}`), '400 invalid_field month', month)
    assert.equal(await customer(month), '400 invalid_request_error invalid_field month', month)
  }
  assert.equal(await operator(`${account}/statements/%00`), '400 invalid_field address')
  assert.equal(await customer('%00'), '400 invalid_request_error invalid_field address')
  assert.equal(await operator(`${account}/statements/2099-12`), '400 month_ahead month')
  assert.equal(await customer('2099-12.html'), '400 invalid_request_error month_ahead month')
  assert.equal(await operator(`${world.dependencies.ids.uuid()}/statements/${MONTH}`), '404 account_unknown')
  assert.equal(await operator(`nobody/statements/${MONTH}`), '404 account_unknown')
  assert.equal(await customer(`${MONTH}.html?lang=xx`), '400 invalid_request_error invalid_field lang')
  const wrong = await send(customerApp(world.dependencies), `POST /v1/statements/${MONTH}`)
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD'])
})
