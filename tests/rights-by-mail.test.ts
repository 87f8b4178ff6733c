// Guarantee: without signing in, whoever can read the mail of an account gets what is kept of it, corrects it and erases it, by links that
// work once; who cannot learns nothing; and the page of it works in a browser.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Customer, nanoOf } from '../checks/operator.ts'
import { until } from '../checks/parallel.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimMail, startSimMail } from '../sim/index.ts'

let mail: SimMail
let world: World
before(async () => {
  mail = await startSimMail()
  world = await startWorld({ env: { FAREBOX_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, FAREBOX_MAIL_FROM: 'post@fare.example' } })
})
after(async () => {
  await world.stop()
  await mail.stop()
})

const post = (path: string, body?: object, token?: string) =>
  fetch(`${world.base}/api/privacy/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const emailOf = async (customer: Customer): Promise<string> => {
  const { email } = (await world.operator.ask('GET', `/accounts/${customer.id}`)) as { email: string }
  return email
}

/** The secret of the next mail to an address, as a reader copies it out of the link. */
async function mailedTo(address: string, count = 1): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = mail.mails.filter(({ to }) => to.includes(address))
    if (found.length >= count) {
      const text = (found[count - 1]?.raw ?? '').replace(/=\n/g, '').replace(/=3D/g, '=')
      return /\/privacy\/request#[a-z-]+=(fbl_[\w-]{43})/.exec(text)?.[1] ?? assert.fail('no link is in the mail')
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return assert.fail(`no mail came to ${address}`)
}

/** An export, and the link that it was made by. A world purges as it begins, and an export that it waits for ends early: then it is asked for again. */
async function exported(email: string): Promise<{ readonly zip: Buffer; readonly token: string }> {
  for (let tries = 1; tries <= 3; tries += 1) {
    assert.equal((await post('requests', { email, kind: 'export' })).status, 202)
    const token = await mailedTo(email, tries)
    const made = await post('export', undefined, token)
    assert.deepEqual([made.status, made.headers.get('content-type')], [200, 'application/zip'])
    const body = await made.arrayBuffer().catch(() => undefined)
    if (body !== undefined) return { zip: Buffer.from(body), token }
    // For no other reason may one end early.
    const gaveWay = async (): Promise<number> => world.log().match(/"code":"EXPORT_GAVE_WAY"/g)?.length ?? 0
    assert.equal(await until(gaveWay, (times) => times === tries, 5_000), tries)
  }
  return assert.fail('no export was whole')
}

test('an export is mailed for, made once, and holds the calls', async () => {
  const customer = await world.operator.customer()
  const email = await emailOf(customer)
  const { zip, token } = await exported(email)
  assert.equal(zip.subarray(0, 2).toString(), 'PK')
  assert.ok(zip.includes('schema.json') && zip.includes('account.json'))
  assert.ok((await post('export', undefined, token)).status >= 400, 'a link works twice')
})

test('a stranger and an owner are answered the same, and only the owner is written to', async () => {
  const customer = await world.operator.customer()
  const [known, unknown] = [await emailOf(customer), 'nobody@example.com']
  const answers = await Promise.all([known, unknown].map(async (email) => (await post('requests', { email, kind: 'access' })).text()))
  assert.equal(answers[0], answers[1])
  const token = await mailedTo(known)
  assert.ok(!mail.mails.some(({ to }) => to.includes(unknown)))
  const shown = (await (await post('access', undefined, token)).json()) as { held: readonly { column: string; value: unknown }[] }
  assert.ok(shown.held.some(({ column, value }) => column.startsWith('email') && JSON.stringify(value).includes(known)))
  assert.ok((await post('access', undefined, customer.key)).status >= 400, 'a key opens it')
})

test('an address is corrected by two links, and the old one is told and forgotten', async () => {
  const customer = await world.operator.customer()
  const [before, next] = [await emailOf(customer), 'renewed@example.com']
  await post('requests', { email: before, kind: 'correct' })
  assert.equal((await post('email', { email: next }, await mailedTo(before))).status, 202)
  assert.equal((await post('email/confirm', { email: next }, await mailedTo(next))).status, 200)
  assert.equal(await emailOf(customer), next)
  assert.equal(mail.mails.filter(({ to }) => to.includes(before)).length, 2)
})

test('an erasure stops the key at once, after what is left was given up', async () => {
  const customer = await world.operator.customer('3.50')
  const email = await emailOf(customer)
  await post('requests', { email, kind: 'erase' })
  const token = await mailedTo(email)
  const plan = await fetch(`${world.base}/api/privacy/erasure`, { headers: { authorization: `Bearer ${token}` } })
  const { left, goes } = (await plan.json()) as { left: string; goes: readonly unknown[] }
  assert.deepEqual([nanoOf(left), goes.length > 3], [3_500_000_000n, true])
  const done = await post('erasure', { give_up: left }, token)
  assert.equal(done.status, 202, await done.text())
  const call = await fetch(`${world.base}/v1/balance`, { headers: { authorization: `Bearer ${customer.key}` } })
  assert.equal(call.status, 401)
})

test('the page of it has its own script and nothing else', async () => {
  const answer = await fetch(`${world.base}/privacy/request`)
  const [text, policy] = [await answer.text(), answer.headers.get('content-security-policy') ?? '']
  assert.equal(answer.status, 200)
  assert.match(policy, /default-src 'none'.*script-src 'sha256-[\w+/=]{44}'.*connect-src 'self'/)
  assert.equal(text.match(/<script/g)?.length, 1)
  const elsewhere = text
    .replace(/<code>.*?<\/code>/gs, '')
    .replaceAll(`http://localhost:${world.port}`, '')
    .replaceAll('http://www.w3.org/2000/svg', '')
  assert.ok(!/\son\w+=|https?:\/\//.test(elsewhere), 'the page has a handler or an address elsewhere')
  assert.equal(answer.headers.get('set-cookie'), null)
})
