// Guarantee: a passkey signs its owner in and nobody else, from pages of ours alone; each challenge is good for one answer of five minutes; one that
// counts back is refused; and where it is the only proof it has to have asked its owner.
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type IdentityWorld, NOWHERE, openIdentityWorld, PUBLIC_URL } from '../../checks/security/identity-world.ts'
import { sql } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { newPasskeySchema, passkeySchema, type Session } from './index.ts'

let world: IdentityWorld
before(async () => {
  world = await openIdentityWorld()
})
after(() => world.close())

const PASSWORD = 'a long enough password'
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}

/** CBOR of what an authenticator sends: whole numbers, bytes, texts, maps. Source: RFC 8949 §3 (2020-12). */
function cbor(value: number | string | Buffer | ReadonlyMap<number | string, unknown>): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, held]) => [cbor(key), cbor(held as never)])])
}
function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  return length < 256 ? Buffer.from([(major << 5) | 24, length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}

type Options = {
  readonly challenge: string
  readonly rpId?: string
  readonly rp?: { readonly id: string }
  readonly user?: { readonly id: string }
}
type Twist = {
  readonly origin?: string
  readonly type?: string
  readonly isVerified?: boolean
  readonly host?: string
  readonly userHandle?: string | null
}

/** An authenticator in software: ES256, attestation "none". Source: w3.org/TR/webauthn-3 §6.1 and §6.5 (2026-11-26). */
function makeAuthenticator() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const device = { counter: 0, userHandle: undefined as string | undefined }
  const clientData = (type: string, challenge: string, { origin = PUBLIC_URL }: Twist) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticatorData = (flags: number, { isVerified = true, host = 'shop.example' }: Twist, more = Buffer.alloc(0)) => {
    const counted = Buffer.alloc(5)
    counted.writeUInt8(1 | flags | (isVerified ? 4 : 0))
    counted.writeUInt32BE(device.counter, 1)
    return Buffer.concat([createHash('sha256').update(host).digest(), counted, more])
  }
  const id = credentialId.toString('base64url')
  const make = (options: Options, twist: Twist = {}) => {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const key = cbor(
      new Map<number, unknown>([
        ...([
          [1, 2],
          [3, -7],
          [-1, 1],
        ] as const),
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    )
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, credentialId.length]), credentialId, key])
    const statement = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authenticatorData(64, twist, attested)],
    ])
    device.userHandle = options.user?.id
    return newPasskeySchema.parse({
      ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform' },
      response: {
        clientDataJSON: clientData(twist.type ?? 'webauthn.create', options.challenge, twist).toString('base64url'),
        attestationObject: cbor(statement).toString('base64url'),
        transports: ['internal', 'of-the-future'],
      },
    })
  }
  const use = (options: Options, twist: Twist = {}) => {
    const data = authenticatorData(0, twist)
    const client = clientData(twist.type ?? 'webauthn.get', options.challenge, twist)
    const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), privateKey)
    return passkeySchema.parse({
      ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
      response: {
        ...{
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
        },
        userHandle: twist.userHandle === undefined ? device.userHandle : twist.userHandle,
      },
    })
  }
  return { device, make, use }
}

let people = 0
async function newPerson(): Promise<{ readonly email: string; readonly session: Session }> {
  people += 1
  const email = `k${people}@example.com`
  await world.person(email, PASSWORD)
  const signedIn = await world.identity.signIn({ email, password: PASSWORD }, NOWHERE)
  const session = await world.identity.sessionOf('token' in signedIn ? signedIn.token : '')
  return { email, session: session ?? assert.fail('nobody is signed in') }
}

async function withPasskey() {
  const person = await newPerson()
  const authenticator = makeAuthenticator()
  const options = (await world.identity.secondFactors.offerPasskey(person.session)) as Options
  const added = await world.identity.secondFactors.addPasskey(person.session, { name: 'my phone', answer: authenticator.make(options) })
  return { ...person, authenticator, added }
}
const ask = async () => (await world.identity.askPasskey(NOWHERE)) as Options

test('a passkey is made and signs its owner in without a password; the first brings recovery codes, its name is sealed', async () => {
  const { session, authenticator, added } = await withPasskey()
  assert.equal(added.recoveryCodes.length, 10)
  for (authenticator.device.counter = 1; authenticator.device.counter < 4; authenticator.device.counter += 1) {
    const token = await world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)
    assert.equal((await world.identity.sessionOf(token))?.personId, session.personId)
  }
  assert.deepEqual(
    (await world.identity.secondFactors.listPasskeys(session)).map(({ id, name }) => [id, name]),
    [[added.id, 'my phone']],
  )
  const rows = await world.kit.ownerDatabase.query<{ text: string; name: Buffer; transports: string[] }>(sql`
    select p::text as text, name_sealed as name, transports from passkey p`)
  assert.ok(!rows.some(({ text, name }) => text.includes('my phone') || name.includes('my phone')))
  assert.deepEqual(rows[0]?.transports, ['internal'])
})

test('a challenge is good for one answer, within five minutes, and for what it was asked for', async () => {
  const { session, authenticator } = await withPasskey()
  authenticator.device.counter = 1
  const options = await ask()
  await world.identity.signInByPasskey(authenticator.use(options), NOWHERE)
  authenticator.device.counter = 2
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(options), NOWHERE)), 'passkey_refused')
  const late = await ask()
  world.clock.at += 300_001
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(late), NOWHERE)), 'passkey_refused')
  const proof = (await world.identity.askProof(session)) as Options
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(proof), NOWHERE)), 'passkey_refused')
  const own = { challenge: randomBytes(32).toString('base64url') }
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(own), NOWHERE)), 'passkey_refused')
})

test('what was signed elsewhere, for another host, of another kind, by another key or without asking its owner is refused', async () => {
  const { authenticator } = await withPasskey()
  const twists: readonly Twist[] = [
    { origin: 'https://shop.example.evil' },
    { origin: 'http://shop.example' },
    { host: 'evil.example' },
    { type: 'webauthn.create' },
    { isVerified: false },
    { userHandle: randomBytes(16).toString('base64url') },
  ]
  for (const twist of twists) {
    authenticator.device.counter += 1
    assert.equal(
      await codeOf(world.identity.signInByPasskey(authenticator.use(await ask(), twist), NOWHERE)),
      'passkey_refused',
      JSON.stringify(twist),
    )
  }
  const other = makeAuthenticator()
  other.device.counter = 50
  assert.equal(await codeOf(world.identity.signInByPasskey(other.use(await ask()), NOWHERE)), 'passkey_refused')
  const forged = { ...authenticator.use(await ask()), response: other.use(await ask()).response }
  assert.equal(await codeOf(world.identity.signInByPasskey(forged, NOWHERE)), 'passkey_refused')
  authenticator.device.counter += 1
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask(), { userHandle: null }), NOWHERE)), 'none')
})

test('a passkey that counts back, as a copy would, is refused; one that does not count is not', async () => {
  const { authenticator } = await withPasskey()
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)), 'none')
  authenticator.device.counter = 7
  const both = [authenticator.use(await ask()), authenticator.use(await ask())]
  const results = await Promise.all(both.map((answer) => codeOf(world.identity.signInByPasskey(answer, NOWHERE))))
  assert.deepEqual(results.toSorted(), ['none', 'passkey_refused'])
  for (const counter of [7, 6, 0]) {
    authenticator.device.counter = counter
    assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)), 'passkey_refused', String(counter))
  }
})

test('with a passkey a password needs a second step, which only a passkey of this person is; and it proves anew who is signed in', async () => {
  const { email, session, authenticator } = await withPasskey()
  const { authenticator: foreign } = await withPasskey()
  const begin = async () => {
    const signedIn = await world.identity.signIn({ email, password: PASSWORD }, NOWHERE)
    assert.ok('step' in signedIn)
    assert.deepEqual(signedIn.ways, ['passkey', 'recovery-code'])
    return { step: signedIn.step, options: (await world.identity.askSecondPasskey(signedIn.step)) as Options }
  }
  const [one, other] = [await begin(), await begin()]
  const take = (step: string, passkey: ReturnType<typeof authenticator.use>) =>
    codeOf(world.identity.takeSecondStep({ step, proof: { passkey } }, NOWHERE))
  foreign.device.counter = 1
  assert.equal(await take(one.step, foreign.use(one.options)), 'passkey_refused')
  authenticator.device.counter = 1
  assert.equal(await take(other.step, authenticator.use(other.options, { isVerified: false })), 'none')
  authenticator.device.counter = 2
  const proof = authenticator.use((await world.identity.askProof(session)) as Options)
  assert.equal(await codeOf(world.identity.proveAgain(session, { passkey: proof }, NOWHERE)), 'none')
  assert.equal(await codeOf(world.identity.proveAgain(session, { passkey: proof }, NOWHERE)), 'passkey_refused')
})

test('a challenge of one person makes no passkey of another, nor one passkey twice; a removed one is worth nothing', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const { secondFactors } = world.identity
  const authenticator = makeAuthenticator()
  const answer = authenticator.make((await secondFactors.offerPasskey(one.session)) as Options)
  assert.equal(await codeOf(secondFactors.addPasskey(other.session, { name: 'k', answer })), 'passkey_refused')
  const { id } = await secondFactors.addPasskey(one.session, { name: 'k', answer })
  const again = authenticator.make((await secondFactors.offerPasskey(other.session)) as Options)
  assert.equal(await codeOf(secondFactors.addPasskey(other.session, { name: 'k', answer: again })), 'passkey_refused')
  assert.equal(await codeOf(secondFactors.removePasskey(other.session, id)), 'passkey_unknown')
  await secondFactors.removePasskey(one.session, id)
  assert.equal((await world.identity.readProfile(one.session)).recoveryCodesLeft, 0)
  authenticator.device.counter = 3
  assert.equal(await codeOf(world.identity.signInByPasskey(authenticator.use(await ask()), NOWHERE)), 'passkey_refused')
  assert.ok('token' in (await world.identity.signIn({ email: one.email, password: PASSWORD }, NOWHERE)))
})
