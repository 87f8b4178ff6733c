// Guarantee: a running server tells people what concerns them by mail and in the chat that they bound, in their language, and no more of what they ended
// by the link in a mail; it writes no secret of that into its log.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Customer } from '../checks/operator.ts'
import { startWorld, type World } from '../checks/world.ts'
import { type SimMail, type SimTelegram, startSimMail, startSimTelegram } from '../sim/index.ts'

let mail: SimMail
let telegram: SimTelegram
let world: World
before(async () => {
  ;[mail, telegram] = await Promise.all([startSimMail(), startSimTelegram()])
  world = await startWorld({
    env: { FAREBOX_SMTP_URL: `smtp://127.0.0.1:${mail.port}`, FAREBOX_MAIL_FROM: 'post@fare.example', FAREBOX_WEBHOOKS: 'yes' },
    telegram: { token: telegram.token, api_url: telegram.url },
  })
})
after(async () => {
  await world.stop()
  await Promise.all([mail.stop(), telegram.stop()])
})

/** Waits until something is there. */
async function eventually<Found>(look: () => Found | undefined | Promise<Found | undefined>, what: string): Promise<Found> {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return assert.fail(`there was no ${what}`)
}

type Manager = {
  readonly email: string
  readonly ask: (method: string, path: string, body?: object) => Promise<{ status: number; data: Answer }>
}
type Answer = Readonly<Record<string, unknown>> & { readonly code?: string; readonly secret?: string; readonly id?: string }

async function managerOf({ id }: Customer): Promise<Manager> {
  const { email } = (await world.operator.ask('GET', `/accounts/${id}`)) as { email: string }
  const { secret } = (await world.operator.ask('POST', `/accounts/${id}/management-keys`, { name: 'm' })) as { secret: string }
  const ask: Manager['ask'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const answer = await fetch(`${world.base}/api${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const { data = {} } = (await answer.json()) as { data?: Answer }
    return { status: answer.status, data }
  }
  return { email, ask }
}

const mailsTo = (email: string): readonly string[] =>
  mail.mails.filter(({ to }) => to.includes(email)).map(({ raw }) => raw.replace(/=\n/g, '').replace(/\n[ \t]+/g, ' '))
const announce = (name: string) =>
  world.operator.ask('POST', '/announcements', {
    topic: 'incidents',
    title: { en: name, zh: `故障 ${name}` },
    text: { en: 'We know.', zh: '已知悉。' },
  })

test('an incident is told by mail and chat, until its reader ends that with the link of the mail', async () => {
  const [reader, chinese] = [await managerOf(await world.operator.customer()), await managerOf(await world.operator.customer())]
  assert.equal((await chinese.ask('PUT', '/account/notifications', { language: 'zh' })).status, 200)
  const bound = await eventually(async () => {
    const made = await reader.ask('POST', '/account/telegram')
    return made.status === 201 ? made.data : undefined
  }, 'bot')
  telegram.write(77, `/start ${bound.code}`)
  await eventually(() => telegram.sent.find(({ text }) => text.startsWith('This chat is bound')), 'answer of the bot')
  await announce('Slow answers')
  const [raw = ''] = await eventually(() => (mailsTo(reader.email).length > 0 ? mailsTo(reader.email) : undefined), 'mail')
  await eventually(() => telegram.sent.find(({ chatId, text }) => chatId === 77 && text.startsWith('Incident: Slow answers')), 'message')
  const [inChinese = ''] = await eventually(() => (mailsTo(chinese.email).length > 0 ? mailsTo(chinese.email) : undefined), 'second mail')
  assert.match(inChinese, /^Subject: =\?UTF-8\?/m)
  const path =
    /^List-Unsubscribe: <https?:\/\/[^/]+(\/unsubscribe\/[0-9a-f]{74})>/m.exec(raw)?.[1] ?? assert.fail('the mail cannot be ended')
  assert.equal((await fetch(`${world.base}${path}`)).status, 200)
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
  assert.equal((await fetch(`${world.base}${path}`, { method: 'POST', body })).status, 200)
  await announce('Another')
  await eventually(() => (mailsTo(chinese.email).length > 1 ? true : undefined), 'mail about the second')
  assert.equal(mailsTo(reader.email).length, 1)
  const log = await readFile(join(world.directory, 'server.log'), 'utf8')
  for (const secret of [path.slice('/unsubscribe/'.length), String(bound.code), telegram.token, reader.email, 'Slow answers'])
    assert.ok(!log.includes(secret), 'the log has a secret')
})

test('a webhook is taken in; what it is told of is queued and tried, and its address is looked at', async () => {
  const { ask } = await managerOf(await world.operator.customer())
  assert.equal((await ask('POST', '/webhooks', { url: `https://127.0.0.1:${mail.port}/`, events: ['key.created'] })).status, 400)
  const { data } = await ask('POST', '/webhooks', { url: 'https://hooks.farebox-test.invalid-host.example.org/', events: ['key.created'] })
  assert.match(String(data.secret), /^whsec_/)
  assert.equal((await ask('POST', '/keys/credit', { name: 'k' })).status, 201)
  const [delivery] = await eventually(async () => {
    const { data: list } = await ask('GET', `/webhooks/${data.id}/deliveries`)
    const tried = (list as unknown as readonly { tries: number; event: string; status: unknown }[]).filter(({ tries }) => tries > 0)
    return tried.length > 0 ? tried : undefined
  }, 'try')
  assert.deepEqual([delivery?.event, delivery?.status], ['key.created', null])
})
