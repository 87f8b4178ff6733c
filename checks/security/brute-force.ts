import { seededRandom } from '../../sim/index.ts'
import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { FailureError } from '../../src/failures.ts'
import { totpCode, totpStepOf } from '../../src/identity/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { guessTimes } from './guess-times.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from './identity-world.ts'

const PASSWORD = 'the only right password'
const ACCOUNTS_MAX = 20
const AT_ONCE = 24
const ACCOUNT_MAX = 10
const ADDRESS_MAX = 100
const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000
/** From how many addresses guesses come, and how far apart in time a batch of them is. */
const ADDRESSES = [1, 1000] as const
const BATCH = 200

/**
 * SEC-09: guesses at passwords from one address and from a thousand are compared ten times in a quarter of an hour for an account and a hundred times an
 * hour for an address, by a sliding window and through restarts; known and unknown e-mails are told apart by no answer and no time; codes, recovery
 * codes and links work once, planted and old tokens never, and what is revoked ends at once.
 */
export async function bruteForce(context: CheckContext): Promise<Measured> {
  const world = await openIdentityWorld()
  try {
    const emails = Array.from(
      { length: Math.min(ACCOUNTS_MAX, Math.max(2, Math.ceil(context.n / 500))) },
      (_, index) => `target${index}@example.com`,
    )
    for (const email of emails) await world.person(email, PASSWORD)
    const counted: Record<string, number> = {}
    for (const addresses of ADDRESSES) counted[`comparedFrom${addresses}`] = await expectSlow(context, { world, emails, addresses })
    await expectSpentOnce(context, world)
    await expectEnds(context, world)
    const times = await guessTimes(context, world)
    return { n: context.n, measured: { ...counted, ...times } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

type Siege = { readonly world: IdentityWorld; readonly emails: readonly string[]; readonly addresses: number }

/** Guesses in batches that are minutes apart; what was compared is looked at in every window. Resolves with how many were compared. */
async function expectSlow(context: CheckContext, { world, emails, addresses }: Siege): Promise<number> {
  const random = seededRandom(context.seed + addresses)
  world.clock.at += 2 * HOUR_MS
  const compared: { readonly email: string; readonly address: string; readonly at: number }[] = []
  const guesses = Array.from({ length: Math.ceil(context.n / ADDRESSES.length) }, (_, index) => index)
  for (let from = 0; from < guesses.length; from += BATCH) {
    // Another identity, as after a restart: what was counted is in the database.
    const identity = from % (4 * BATCH) === 0 ? world.restart() : world.identity
    await inParallel(guesses.slice(from, from + BATCH), AT_ONCE, async (index) => {
      const email = emails[random.below(emails.length)] ?? ''
      const address = `198.51.${100 + Math.floor((index % addresses) / 250)}.${(index % addresses) % 250}`
      const told = await codeOf(identity.signIn({ email, password: `guess ${index}` }, { address, userAgent: undefined }))
      if (told === 'sign_in_failed') compared.push({ email, address, at: world.clock.at })
      else context.expect(told === 'sign_in_limited', `a guess is answered ${told}`)
    })
    world.clock.at += random.below(QUARTER_MS / 2)
    if (from % (10 * BATCH) === 0) context.progress(`${from} guesses`)
  }
  expectWindow(context, { compared, nameOf: ({ email }) => email, most: ACCOUNT_MAX, windowMs: QUARTER_MS })
  expectWindow(context, { compared, nameOf: ({ address }) => address, most: ADDRESS_MAX, windowMs: HOUR_MS })
  context.expect(compared.length > 0, 'blind: nothing was compared')
  return compared.length
}

type Compared = { readonly email: string; readonly address: string; readonly at: number }
type Window = {
  readonly compared: readonly Compared[]
  readonly nameOf: (one: Compared) => string
  readonly most: number
  readonly windowMs: number
}

function expectWindow(context: CheckContext, { compared, nameOf, most, windowMs }: Window): void {
  for (const [name, guesses] of Map.groupBy(compared, nameOf)) {
    const times = guesses.map(({ at }) => at).toSorted((a, b) => a - b)
    const worst = Math.max(...times.map((end, index) => times.slice(0, index + 1).filter((at) => at > end - windowMs).length))
    context.expect(worst <= most, `${name}: ${worst} guesses were compared within a window`)
  }
}

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}

/** Codes, recovery codes and links are worth one use, whoever is quickest. */
async function expectSpentOnce(context: CheckContext, world: IdentityWorld): Promise<void> {
  const { identity } = world
  world.clock.at += HOUR_MS
  const email = 'once@example.com'
  await world.person(email, PASSWORD)
  const begin = () => identity.signIn({ email, password: PASSWORD }, NOWHERE)
  const opened = await begin()
  const session = 'token' in opened ? await identity.sessionOf(opened.token) : undefined
  if (session === undefined) return context.fail('a person cannot sign in')
  const { secret } = await identity.secondFactors.beginTotp(session)
  const code = () => totpCode(fromBase32(secret), totpStepOf(world.clock.at))
  const [recoveryCode = ''] = await identity.secondFactors.confirmTotp(session, code())
  world.clock.at += 30_000
  for (const proof of [{ code: code() }, { recoveryCode }]) {
    const steps = await Promise.all([1, 2, 3, 4].map(begin))
    const codes = await Promise.all(
      steps.map((step) => codeOf(identity.takeSecondStep({ step: 'step' in step ? step.step : '', proof }, NOWHERE))),
    )
    context.expect(codes.filter((told) => told === 'none').length === 1, `one ${Object.keys(proof)[0]} was answered ${codes.join(', ')}`)
  }
  await identity.beginReset(email, NOWHERE)
  const token = await world.lastToken()
  const resets = await Promise.all(
    [1, 2, 3].map((index) => codeOf(identity.endReset({ token, password: `${PASSWORD} ${index}` }, NOWHERE))),
  )
  context.expect(resets.filter((told) => told === 'none').length === 1, `one link was answered ${resets.join(', ')}`)
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** Sessions end when they should and are nobody's to plant. */
async function expectEnds(context: CheckContext, world: IdentityWorld): Promise<void> {
  const { identity, clock } = world
  clock.at += HOUR_MS
  const email = 'ends@example.com'
  await world.person(email, PASSWORD)
  const signIn = async (): Promise<string> => {
    const signedIn = await identity.signIn({ email, password: PASSWORD }, NOWHERE)
    return 'token' in signedIn ? signedIn.token : ''
  }
  const isIn = async (token: string): Promise<boolean> => (await identity.sessionOf(token)) !== undefined
  const [kept, revoked, idle] = [await signIn(), await signIn(), await signIn()]
  context.expect(new Set([kept, revoked, idle]).size === 3, 'two sign-ins have one token')
  context.expect(!(await isIn('A'.repeat(43))), 'a planted token is somebody')
  const [session, other] = [await identity.sessionOf(kept), await identity.sessionOf(revoked)]
  if (session === undefined || other === undefined) return context.fail('a session is not open after the sign-in')
  const began = performance.now()
  await identity.endSession(session, other.id)
  context.expect(!(await isIn(revoked)), 'a revoked session is open')
  context.expect(performance.now() - began < 1000, 'a session took a second to be revoked')
  const rotated = (await identity.rotate(session, { isFresh: true })) ?? ''
  context.expect(!(await isIn(kept)) && (await isIn(rotated)), 'the token before a change of rights is worth something')
  const at = clock.at
  clock.at = at + 12 * HOUR_MS + 1000
  context.expect(!(await isIn(idle)), 'a session that nobody used is open after twelve hours')
  clock.at = at
  for (; clock.at < at + 30 * 24 * HOUR_MS; clock.at += 11 * HOUR_MS) await isIn(rotated)
  context.expect(!(await isIn(rotated)), 'a session is open after thirty days')
  const tokens = await world.kit.ownerDatabase.query<{ readonly text: string }>(sql`select s::text as text from sign_in_session s`)
  context.expect(!tokens.some(({ text }) => text.includes(rotated)), 'a token is kept')
}
