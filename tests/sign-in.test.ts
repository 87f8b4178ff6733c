// Guarantee: through the public listener people open an account by a mailed link, sign in and out and are kept apart from keys; where a request comes from
// is what its connection says, not what its headers do; and a restart forgets no session.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { askAsPage, openByNumber, pairOf, type Told } from '../checks/sign-in.ts'
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

const PASSWORD = 'a long enough password'
const ask = (
  line: string,
  more: { readonly body?: object; readonly cookie?: string; readonly headers?: Readonly<Record<string, string>> } = {},
) => askAsPage({ base: world.base, line, ...more })
const codeOf = ({ status, json }: Told): string => `${status} ${(json['error'] as { code?: string } | undefined)?.code ?? ''}`.trim()

/** The token of the last mail to an address, as a reader copies it out of the link. */
async function mailedTo(address: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = mail.mails.findLast(({ to }) => to.includes(address))
    const text = (found?.raw ?? '').replace(/=\r?\n/g, '').replace(/=3D/g, '=')
    const token = /#token=(fbi_[\w-]{43})/.exec(text)?.[1]
    if (token !== undefined) return token
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return assert.fail(`no link came to ${address}`)
}

test('from a mailed link to a session, which outlives a restart and ends when it is revoked', async () => {
  const email = 'somebody@example.com'
  assert.deepEqual((await ask('POST /api/auth/sign-up', { body: { email } })).json, { accepted: true })
  const opened = await ask('POST /api/auth/sign-up/confirm', { body: { email, token: await mailedTo(email), password: PASSWORD } })
  assert.equal(opened.status, 201, opened.text)
  const first = pairOf(opened)
  const second = pairOf(await ask('POST /api/auth/sign-in', { body: { email, password: PASSWORD } }))
  assert.notEqual(first, second)
  await world.terminate(20_000)
  await world.start()
  assert.equal((await ask('GET /api/auth/me', { cookie: second })).status, 200)
  assert.equal((await ask('DELETE /api/auth/sessions', { cookie: second })).json['ended'], 1)
  assert.equal(codeOf(await ask('GET /api/auth/me', { cookie: first })), '401 signed_out')
  assert.equal(codeOf(await ask('GET /v1/balance', { cookie: second })), '401 key_missing')
  const { person, account } = (await ask('GET /api/auth/me', { cookie: second })).json as {
    person: { email: string }
    account: { id: string }
  }
  assert.equal(person.email, email)
  const { balance } = (await world.operator.ask('GET', `/accounts/${account.id}`)) as { balance: { available: string } }
  assert.equal(Number(balance.available), 0)
})

test('headers say nothing of where a request comes from: a hundred guesses are a hundred, whatever they claim', async () => {
  const claims = (index: number) => ({ 'x-farebox-address': `203.0.113.${index}`, 'x-forwarded-for': `198.51.100.${index}` })
  const codes: string[] = []
  for (let index = 0; index < 102; index += 1)
    codes.push(
      codeOf(await ask('POST /api/auth/sign-in', { headers: claims(index), body: { email: `${index}@example.com`, password: PASSWORD } })),
    )
  assert.ok(codes.includes('401 sign_in_failed') && codes.at(-1) === '429 sign_in_limited', codes.slice(-3).join())
  // Opening accounts is counted by itself.
  assert.equal((await openByNumber(world.base)).status, 201)
})
