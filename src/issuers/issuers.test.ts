// Guarantee: an issuer vouches for somebody only by an ID token of its own key, for us, for this attempt, not too old; nothing but its own addresses is
// called, whatever it says of itself; an e-mail is believed only where the issuer answers for it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { type SimIssuer, startSimIssuer } from '../../sim/index.ts'
import { FailureError } from '../failures.ts'
import { type AskIssuer, type Asking, type Issuers, issuerSettingsOf, issuersBlock, openIssuers, type ReturnedCode } from './index.ts'

let sim: SimIssuer
let issuers: Issuers
before(async () => {
  sim = await startSimIssuer()
})
after(() => sim.stop())
beforeEach(() => {
  sim.manner = {}
  sim.user = { sub: 'somebody' }
  issuers = opened({})
})

const opened = (written: object): Issuers => {
  const one = { id: 'work', name: 'Work', issuer: sim.url, client_id: sim.clientId, client_secret: sim.clientSecret, ...written }
  return openIssuers(issuerSettingsOf(issuersBlock.parse([one])), { clock: { monotonic: () => 0 } })
}
const WORK = { id: 'work', audience: 'customers' } as const
const newAsking = (): Asking => {
  const [state, nonce, verifier] = [0, 1, 2].map(() => randomBytes(32).toString('base64url')) as [string, string, string]
  return { returnTo: 'https://shop.example/sign-in/with/work', state, nonce, verifier }
}
const returnedOf = (url: URL): ReturnedCode => ({
  ...{ code: url.searchParams.get('code') ?? '', state: url.searchParams.get('state') ?? '' },
  iss: url.searchParams.get('iss') ?? undefined,
})
const go = async (asking = newAsking()) => ({ asking, returned: returnedOf(await sim.visit(await issuers.begin(WORK, asking))) })
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}
const attempt = async (): Promise<string> => {
  const { asking, returned } = await go()
  return await codeOf(issuers.end(WORK, asking, returned))
}

test('whom the issuer vouches for is who it says, under its own address; a browser is sent back to our address, with PKCE', async () => {
  const asking = newAsking()
  const begun = new URL(await issuers.begin(WORK, asking))
  assert.equal(begun.origin + begun.pathname, `${sim.url}/authorize`)
  assert.equal(begun.searchParams.get('redirect_uri'), asking.returnTo)
  assert.deepEqual([begun.searchParams.get('code_challenge_method'), begun.searchParams.get('scope')], ['S256', 'openid'])
  assert.ok(!begun.href.includes(asking.verifier))
  const vouched = await issuers.end(WORK, asking, returnedOf(await sim.visit(begun.href)))
  assert.deepEqual(vouched, { subject: `${sim.url}\nsomebody`, email: undefined })
})

test('a token that is not signed by its key, or not for us, not for this attempt, too old, of tomorrow or of another issuer shows nothing', async () => {
  const now = Math.floor(Date.now() / 1000)
  const lies: readonly SimIssuer['manner'][] = [
    ...(['with another key', 'with none'] as const).map((signs) => ({ signs })),
    ...[{ nonce: 'another' }, { nonce: undefined }, { aud: 'somebody-else' }, { aud: [sim.clientId, 'other'], azp: 'other' }].map(
      (claims) => ({ claims }),
    ),
    ...[{ exp: now - 120 }, { exp: undefined }, { nbf: now + 600 }, { iss: 'https://evil.example' }, { sub: undefined }, { sub: '' }].map(
      (claims) => ({ claims }),
    ),
    { iss: 'https://evil.example' },
  ]
  for (const manner of lies) {
    sim.manner = manner
    assert.equal(await attempt(), 'issuer_refused', JSON.stringify(manner))
  }
  sim.manner = {}
  assert.equal(await attempt(), 'none')
})

test('a code works once, for the attempt that it was made in, with its state and its verifier, and is shown to no other issuer', async () => {
  const { asking, returned } = await go()
  const wrong: readonly [Asking, ReturnedCode][] = [
    [{ ...asking, state: 'other' }, returned],
    [asking, { ...returned, state: 'other' }],
    [asking, { ...returned, iss: 'https://evil.example' }],
    [asking, { ...returned, iss: undefined }],
  ]
  for (const [one, came] of wrong) assert.equal(await codeOf(issuers.end(WORK, one, came)), 'issuer_refused')
  assert.equal(sim.asked.filter((path) => path === '/token').length > 0, true)
  const asked = sim.asked.length
  await codeOf(issuers.end(WORK, asking, { ...returned, state: 'other' }))
  assert.equal(sim.asked.length, asked, 'a code was shown although its state was wrong')
  assert.equal(await codeOf(issuers.end(WORK, asking, returned)), 'none')
  assert.equal(await codeOf(issuers.end(WORK, asking, returned)), 'issuer_refused')
  const other = await go()
  assert.equal(await codeOf(issuers.end(WORK, { ...other.asking, verifier: asking.verifier }, other.returned)), 'issuer_refused')
})

test('an issuer that is down is told so and asked again later; one that sends us elsewhere is not followed', async () => {
  sim.manner = { isDown: true }
  assert.equal(await codeOf(issuers.begin(WORK, newAsking())), 'issuer_unreachable')
  sim.manner = { tokenEndpoint: 'http://127.0.0.1:9/token' }
  assert.equal(await attempt(), 'issuer_unreachable')
  issuers = opened({})
  sim.manner = {}
  assert.equal(await attempt(), 'none')
  sim.manner = { isDown: true }
  const { asking, returned } = { asking: newAsking(), returned: { code: 'c', state: 's' } }
  assert.equal(await codeOf(issuers.end(WORK, asking, { ...returned, state: asking.state, iss: sim.url })), 'issuer_unreachable')
})

test('an e-mail is believed where the operator says so and the issuer calls it verified, and of Google where it is the authority', async () => {
  const emailBy = async (): Promise<string | undefined> => {
    const { asking, returned } = await go()
    return (await issuers.end(WORK, asking, returned)).email
  }
  sim.user = { sub: 'a', email: 'a@example.com', email_verified: true }
  assert.equal(await emailBy(), undefined)
  issuers = opened({ trust_email: true })
  assert.equal(await emailBy(), 'a@example.com')
  for (const user of [{ email: 'a@example.com' }, { email: 'a@example.com', email_verified: false }, { email_verified: true }]) {
    sim.user = { sub: 'a', ...user }
    assert.equal(await emailBy(), undefined)
  }
  const google = issuerSettingsOf(issuersBlock.parse([{ id: 'google', client_id: sim.clientId, client_secret: sim.clientSecret }]))
  const here = google.map((one) => ({ ...one, id: 'work', issuer: sim.url, origins: [sim.url] }))
  issuers = openIssuers(here, { clock: { monotonic: () => 0 } })
  const cases: readonly [SimIssuer['user'], string | undefined][] = [
    [{ sub: 'a', email: 'a@gmail.com', email_verified: true }, 'a@gmail.com'],
    [{ sub: 'a', email: 'a@example.com', email_verified: true }, undefined],
    [{ sub: 'a', email: 'a@notgmail.com', email_verified: true }, undefined],
    [{ sub: 'a', email: 'a@example.com', email_verified: true, hd: 'example.com' }, 'a@example.com'],
    [{ sub: 'a', email: 'a@gmail.com', email_verified: false }, undefined],
  ]
  for (const [user, email] of cases) {
    sim.user = user
    assert.equal(await emailBy(), email, JSON.stringify(user))
  }
})

test('who is not configured, or not for this audience, is unknown', async () => {
  for (const which of [
    { id: 'other', audience: 'customers' },
    { id: 'work', audience: 'operators' },
  ] as const)
    assert.equal(await codeOf(issuers.begin(which, newAsking())), 'issuer_unknown')
  assert.deepEqual([issuers.list('customers'), issuers.list('operators')], [[{ id: 'work', name: 'Work', isProof: true }], []])
  for (const wrong of [
    [{ id: 'work', name: 'W', client_id: 'c' }],
    [{ id: 'work', name: 'W', issuer: 'http://id.example', client_id: 'c' }],
    [{ id: 'google', issuer: 'https://evil.example', client_id: 'c', client_secret: 'secret-secret' }],
    [{ id: 'google', client_id: 'c' }],
    [
      { id: 'github', client_id: 'c', client_secret: 'secret-secret' },
      { id: 'github', client_id: 'd', client_secret: 'secret-secret' },
    ],
  ])
    assert.equal(issuersBlock.safeParse(wrong).success, false, JSON.stringify(wrong))
})

test('of GitHub a person is the number of their user, and the e-mail the primary one where it is verified', async () => {
  const asked: string[] = []
  const github = (emails: unknown, state = 'as it was'): Promise<string | object> => {
    const ask: AskIssuer = async ({ url, body, headers }) => {
      asked.push(url)
      if (url === 'https://github.com/login/oauth/access_token') {
        const fields = new URLSearchParams(body)
        const isRight = fields.get('client_secret') === 'secret-secret' && fields.get('code_verifier')?.length === 43
        return Response.json(
          isRight ? { access_token: 'gho_token', token_type: 'bearer', scope: 'user:email' } : { error: 'bad_verification_code' },
        )
      }
      if (headers['authorization'] !== 'Bearer gho_token') return Response.json({ message: 'Bad credentials' }, { status: 401 })
      return Response.json(url === 'https://api.github.com/user' ? { login: 'octo', id: 42, email: 'public@example.com' } : emails)
    }
    const settings = issuerSettingsOf(issuersBlock.parse([{ id: 'github', client_id: 'c', client_secret: 'secret-secret' }]))
    const opened = openIssuers(settings, { clock: { monotonic: () => 0 }, ask })
    const asking = newAsking()
    const returned = { code: 'c', state: state === 'as it was' ? asking.state : state }
    const ended = opened.end({ id: 'github', audience: 'customers' }, asking, returned)
    return ended.catch((thrown: unknown) => (thrown instanceof FailureError ? thrown.failure.code : String(thrown)))
  }
  const one = (email: string, primary: boolean, verified: boolean) => ({ email, primary, verified, visibility: null })
  const both = [one('old@example.com', false, true), one('me@example.com', true, true)]
  assert.deepEqual(await github(both), { subject: 'https://github.com\n42', email: 'me@example.com' })
  assert.deepEqual(await github([one('old@example.com', false, true), one('me@example.com', true, false)]), {
    subject: 'https://github.com\n42',
    email: undefined,
  })
  assert.equal(await github({ message: 'Not Found' }), 'issuer_refused')
  const before = asked.length
  assert.equal(await github(both, 'another'), 'issuer_refused')
  assert.equal(asked.length, before, 'a code was shown although its state was wrong')
})

test('when somebody signed in to it is told where the ID token says it, and not made up where it does not', async () => {
  const toldBy = async (claims: Readonly<Record<string, unknown>>): Promise<number | undefined> => {
    sim.manner = { claims }
    const { asking, returned } = await go()
    return (await issuers.end(WORK, asking, returned)).signedInAt
  }
  const at = Math.floor(Date.now() / 1_000) - 90
  assert.deepEqual([await toldBy({}), await toldBy({ auth_time: at })], [undefined, at * 1_000])
})
