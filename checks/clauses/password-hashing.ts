import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import { compilePolicy, PROFILES, passwordHashingOf, proveClauses, readResults } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { makeCanary, patternsOf } from '../privacy/canary.ts'
import { dumpDatabase } from '../privacy/dump.ts'
import { PlaceSearch } from '../privacy/places.ts'
import { type IdentityWorld, NOWHERE, openIdentityWorld } from '../security/identity-world.ts'
import { factsOf, NOW, passedLine } from './facts.ts'

/** What a hash of each way looks like, and what the policy calls it. */
const WAYS = {
  argon2id: { hash: /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/, words: 'argon2id' },
  'bcrypt-sha256': { hash: /^\$2[aby]\$12\$[./A-Za-z0-9]{53}$/, words: 'bcrypt at cost 12' },
} as const
type Way = keyof typeof WAYS

/** A hash of a password in plain bcrypt of little cost, as it could be brought here. Source: tests of crypt_blowfish, openwall.com/crypt (2026-11-26). */
const BROUGHT = { password: 'U*U', hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' } as const

/**
 * CL-pw: every password is kept as a hash of the way that the policy of its profile names and in no other form; passwords of 80 characters that differ
 * at byte 75 do not pass for each other; a hash from elsewhere works and is made anew at the first sign-in.
 */
export async function passwordHashing(context: CheckContext): Promise<Measured> {
  for (const profile of PROFILES) expectSaid(context, profile)
  let hashes = 0
  let bytesSearched = 0
  try {
    for (const way of Object.keys(WAYS) as Way[]) {
      const tried = await tryWay(context, way)
      hashes += tried.hashes
      bytesSearched += tried.bytesSearched
    }
  } finally {
    await stopTestServer()
  }
  context.expect(
    !WAYS['bcrypt-sha256'].hash.test(BROUGHT.hash) && !WAYS.argon2id.hash.test(BROUGHT.hash),
    'blind: any hash is taken for ours',
  )
  return { n: context.n, measured: { hashes, profiles: PROFILES.length, bytesSearched } }
}

async function tryWay(context: CheckContext, way: Way): Promise<{ readonly hashes: number; readonly bytesSearched: number }> {
  const world = await openIdentityWorld({ scheme: way })
  try {
    const passwords = Array.from({ length: Math.max(1, context.n) }, () => makeCanary().padEnd(80, '-'))
    for (const password of passwords) await expectWhole(context, world, password)
    await expectMadeAnew(context, world, way)
    const hashes = await expectHashes(context, world, way)
    const search = new PlaceSearch(passwords.flatMap((password) => patternsOf(password.slice(0, 29), [password])))
    for (const { name, text } of await dumpDatabase(world.kit.connection)) search.text(name, text)
    for (const { form, place } of search.found) context.fail(`a password as ${form} at ${place}`)
    return { hashes, bytesSearched: search.bytesSearched }
  } finally {
    await world.close()
  }
}

/** What the policy prints, when the checks of this clause have passed. */
function expectSaid(context: CheckContext, profile: (typeof PROFILES)[number]): void {
  const proven = proveClauses(readResults([JSON.stringify(passedLine('CL-pw'))]), NOW)
  const said = compilePolicy(factsOf(profile), proven).sections.flatMap(({ sentences }) => sentences.map(({ text }) => text))
  const hashed = said.filter((text) => /hashed with/.test(text))
  const { words } = WAYS[passwordHashingOf(profile)]
  const isRight = hashed.every((text) => text.includes(words))
  context.expect(isRight, `${profile} says ${hashed.join(' ')} and means ${words}`)
  if (profile === 'claudeapi-cheap' || profile === 'strict')
    context.expect(hashed.length === 1, `${profile} does not say how passwords are hashed`)
}

async function expectWhole(context: CheckContext, { identity }: IdentityWorld, password: string): Promise<void> {
  const { number } = await identity.signUpByNumber(password, NOWHERE)
  const isTaken = async (given: string): Promise<boolean> =>
    await identity.signIn({ accountNumber: number, password: given }, NOWHERE).then(
      (signedIn) => 'token' in signedIn,
      () => false,
    )
  const other = `${password.slice(0, 74)}+${password.slice(75)}`
  context.expect(!(await isTaken(other)), 'a password that differs at byte 75 passes for another')
  context.expect(await isTaken(password), 'the right password is refused')
}

async function expectMadeAnew(context: CheckContext, world: IdentityWorld, way: Way): Promise<void> {
  const email = `${way}@example.com`
  const accountId = await world.customer(email)
  await world.identity.importPerson(accountId, BROUGHT.hash)
  await world.identity.signIn({ email, password: BROUGHT.password }, NOWHERE)
  const again = await world.identity.signIn({ email, password: BROUGHT.password }, NOWHERE)
  context.expect('token' in again, 'a password from elsewhere is refused once its hash was made anew')
}

async function expectHashes(context: CheckContext, { kit }: IdentityWorld, way: Way): Promise<number> {
  const rows = await kit.ownerDatabase.query<{ readonly scheme: string; readonly hash: string }>(sql`
    select password_scheme as scheme, password_hash as hash from person where password_hash is not null`)
  for (const { scheme, hash } of rows)
    context.expect(scheme === way && WAYS[way].hash.test(hash), `a hash is none of ${way}, but ${scheme}`)
  context.expect(rows.length > context.n, 'there are fewer hashes than passwords')
  return rows.length
}
