import { sql } from '../../../src/db/index.ts'
import { FailureError } from '../../../src/failures.ts'
import type { CheckContext, Figure } from '../../harness/index.ts'
import { inParallel } from '../../parallel.ts'
import { type IdentityWorld, openIdentityWorld } from '../identity-world.ts'

const PER_ADDRESS = 20
const HOUR_MS = 3_600_000
const SPELLINGS = [
  'free.credit@gmail.com',
  'freecredit+1@gmail.com',
  'f.r.e.e.credit@googlemail.com',
  'FreeCredit+2@GMail.com',
  'freecredit@gmail.com',
]
const RULE = { dotless: ['gmail.com', 'googlemail.com'], disposable: ['trash.example'] }

/** Accounts that are farmed: from one address, by spellings of one mailbox, with mailboxes that are given to anybody. */
export async function signUpFarming(context: CheckContext): Promise<Readonly<Record<string, Figure>>> {
  const world = await openIdentityWorld({ oneAccount: RULE, signUpsPerAddress: PER_ADDRESS })
  try {
    const begun = await fromOneAddress(context, world)
    const opened = await bySpellings(context, world)
    await withDisposable(context, world)
    return { signUpsBegun: begun, accountsOfOnePerson: opened }
  } finally {
    await world.close()
  }
}

async function fromOneAddress(context: CheckContext, { identity, restart, clock }: IdentityWorld): Promise<number> {
  const nodes = [identity, restart(), restart()]
  const began = clock.at
  const attempts = Array.from({ length: Math.max(60, context.n) }, (_, index) => index)
  const codes = await inParallel(attempts, 12, (index) => {
    const node = nodes[index % nodes.length] ?? identity
    const visitor = { address: '203.0.113.9', userAgent: `agent ${index}` }
    return codeOf(index % 2 === 0 ? node.beginSignUp(`farm${index}@example.com`, visitor) : node.signUpByNumber(undefined, visitor))
  })
  const begun = codes.filter((code) => code === 'none').length
  context.expect(begun === PER_ADDRESS, `${begun} accounts were begun from one address within an hour`)
  context.expect(
    codes.every((code) => code === 'none' || code === 'sign_in_limited'),
    `a sign-up was answered ${codes.find((code) => code !== 'none' && code !== 'sign_in_limited')}`,
  )
  context.expect(
    (await codeOf(identity.beginSignUp('other@example.com', from('203.0.113.10')))) === 'none',
    'another address is limited too',
  )
  clock.at = began + HOUR_MS + 1_000
  context.expect(
    (await codeOf(identity.beginSignUp('later@example.com', from('203.0.113.9')))) === 'none',
    'an address is limited for more than an hour',
  )
  await Promise.all(nodes.map((node) => node.settled()))
  return begun
}

/** Every spelling asks from an address of its own, all of them before any is used. */
async function bySpellings(context: CheckContext, world: IdentityWorld): Promise<number> {
  const before = await accountsIn(world)
  const links: { readonly email: string; readonly token: string }[] = []
  for (const [index, email] of SPELLINGS.entries()) {
    await world.identity.beginSignUp(email, from(`198.51.100.${index}`))
    links.push({ email, token: await world.lastToken() })
  }
  await inParallel(links, SPELLINGS.length, (link) =>
    codeOf(world.identity.endSignUp({ ...link, password: 'a long enough password' }, from(undefined))),
  )
  const opened = (await accountsIn(world)) - before
  context.expect(opened === 1, `${opened} accounts were opened with spellings of one mailbox`)
  const mailed = world.mails.length
  const answers = await Promise.all(SPELLINGS.map((email, index) => codeOf(world.identity.beginSignUp(email, from(`198.51.101.${index}`)))))
  await world.identity.settled()
  context.expect(new Set(answers).size === 1 && answers[0] === 'none', `who asks again is answered ${[...new Set(answers)].join(', ')}`)
  const letters = world.mails.slice(mailed).map(({ template }) => template)
  context.expect(letters.length === SPELLINGS.length && !letters.includes('sign-up-link'), `letters are ${letters.join(', ')}`)
  return opened
}

async function withDisposable(context: CheckContext, world: IdentityWorld): Promise<void> {
  const mailed = world.mails.length
  for (const host of ['trash.example', 'deep.trash.example']) await world.identity.beginSignUp(`x@${host}`, from('192.0.2.4'))
  await world.identity.settled()
  const letters = world.mails.slice(mailed).map(({ template }) => template)
  context.expect(letters.join() === 'sign-up-refused,sign-up-refused', `disposable mail was sent ${letters.join(', ')}`)
}

const from = (address: string | undefined) => ({ address, userAgent: undefined })

const accountsIn = async ({ kit }: IdentityWorld): Promise<number> =>
  (await kit.ownerDatabase.query<{ n: number }>(sql`select count(*)::int as n from account`))[0]?.n ?? 0

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'none'
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown.failure.code : String(thrown)
  }
}
