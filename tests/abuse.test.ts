// Guarantee: over the whole server, a key that spends far more than it may in five minutes is refused within seconds, its owner has a letter, its
// account reads why and resumes it; new keys have the cap that the house sets, and nothing above it is spent; a new account gets credit once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { nanoOf } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { askAsPage } from '../checks/sign-in.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimMail, startSimMail } from '../sim/index.ts'

let mail: SimMail
let world: World
before(async () => {
  mail = await startSimMail()
  world = await startWorld({
    env: { FAREBOX_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, FAREBOX_MAIL_FROM: 'post@fare.example' },
    payments: { rules: { signup_credit: '0.25' } },
    abuse: { spike: { usd_per_5_minutes: '0.0005', pause: true }, default_daily_cap: '0.10', one_account_per_person: true },
  })
})
after(async () => {
  await world.stop()
  await mail.stop()
})

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes are looked into, and a wrong path fails the assertion
type Json = any
async function ask(line: string, key: string | undefined, body?: object): Promise<{ readonly status: number; readonly json: Json }> {
  const [method = 'GET', path = '/'] = line.split(' ')
  const answer = await fetch(world.base + path, {
    method,
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : text }
}
/** Waits for what comes soon. */
const eventually = async (isThere: () => Promise<boolean>, what: string): Promise<void> =>
  assert.ok(await until(isThere, (there) => there, 15_000), `${what} did not come`)
const askPage = (path: string, body: object) => askAsPage({ base: world.base, line: `POST /api/auth/${path}`, body })
const call = (key: string) =>
  ask('POST /v1/chat/completions', key, { model: 'm-openai', max_tokens: 20, messages: [{ role: 'user', content: 'hi' }] })

test('a key that spends too much is paused, its owner is written to, and its account resumes it', async () => {
  const { id: accountId } = await world.operator.customer('5.00')
  const manages = ((await world.operator.ask('POST', `/accounts/${accountId}/management-keys`, { name: 'm' })) as { secret: string }).secret
  const { id, apiKey } = (await ask('POST /api/keys/credit', manages, { name: 'mine' })).json.data
  const shown = async () => (await ask('GET /api/keys', manages)).json.data.find((key: { id: string }) => key.id === id)
  assert.deepEqual((await shown()).spendCap, { amount: '0.10', window: 'day' })
  let refused: Json
  for (let calls = 0; calls < 400 && refused === undefined; calls += 1) {
    const { status, json } = await call(apiKey)
    if (status !== 200) refused = json
    await delay(50)
  }
  assert.equal(refused?.error.code, 'key_paused', JSON.stringify(refused))
  assert.match(refused.error.message, /far more than usual/)
  assert.equal((await shown()).pausedFor, 'spike')
  const { email } = (await world.operator.ask('GET', `/accounts/${accountId}`)) as { email: string }
  await eventually(async () => mail.mails.some(({ to, raw }) => to.includes(email) && raw.includes('was paused')), 'the letter')
  assert.equal((await ask(`POST /api/keys/${id}/resume`, manages, {})).status, 200)
  await eventually(async () => (await call(apiKey)).status === 200, 'an answer to the resumed key')
  const { data } = (await world.operator.ask('GET', '/key-alarms')) as { data: readonly Json[] }
  assert.ok(data.some((alarm) => alarm.key_id === id && alarm.kind === 'spike' && nanoOf(alarm.amount) > nanoOf('0.0005')))
  assert.match(await (await fetch(`${world.operatorBase}/metrics`)).text(), /^farebox_key_alarms_total\{kind="spike"\} [1-9]/m)
  await world.operator.ask('POST', `/keys/${id}/leaked`)
  assert.match(await (await fetch(`${world.operatorBase}/metrics`)).text(), /^farebox_key_alarms_total\{kind="leaked"\} 1$/m)
  assert.equal((await world.operator.verify()).ok, true)
})

test('who confirms an e-mail gets the credit once, and another spelling of it opens no second account', async () => {
  const email = 'grace.hopper@gmail.com'
  assert.equal((await askPage('sign-up', { email })).status, 202)
  let token = ''
  await eventually(async () => {
    const raw =
      mail.mails
        .find(({ to }) => to.includes(email))
        ?.raw.replace(/=\r?\n/g, '')
        .replace(/=3D/g, '=') ?? ''
    token = /#token=(fbi_[\w-]{43})/.exec(raw)?.[1] ?? ''
    return token !== ''
  }, 'the link')
  const done = await askPage('sign-up/confirm', { token, email, password: 'the only right password' })
  assert.ok(done.status < 300, JSON.stringify(done.json))
  const account = async () => {
    const { data } = (await world.operator.ask('GET', '/accounts?limit=100')) as { data: readonly { id: string; email: string | null }[] }
    return data.filter(({ email: one }) => one === email)
  }
  const [opened] = await account()
  const available = async () => (await world.operator.balance(opened?.id ?? '')).available
  await eventually(async () => (await available()) === nanoOf('0.25'), 'the credit')
  const other = 'gracehopper+2@googlemail.com'
  assert.equal((await askPage('sign-up', { email: other })).status, 202)
  await eventually(async () => mail.mails.some(({ to, raw }) => to.includes(other) && raw.includes('No account was opened')), 'the letter')
  assert.equal((await account()).length, 1)
})
