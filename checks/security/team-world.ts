/** People who are signed in to the customers' interface, on a database of their own, for tests. Never imported by the product. */
import assert from 'node:assert/strict'
import { type ApiDependencies, customerApp } from '../../src/api/index.ts'
import { expectDeclared, type TestAnswer, testWorld } from '../../src/api/test-world.ts'
import type { Database } from '../../src/db/index.ts'
import { type IdentityWorld, openIdentityWorld, PUBLIC_URL } from './identity-world.ts'

/** Who is signed in: with what cookie, and for which account they act, their own where none is named. */
export type SignedInPerson = {
  readonly email: string
  readonly cookie: string
  readonly accountId: string
  readonly personId: string
  readonly acting?: string
}

/** What is sent besides the line; a body that is a stream goes as it comes. */
export type PersonCall = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

/** A world of people; `clock.at` moves the time of all. */
export type TeamWorld = Pick<IdentityWorld, 'clock' | 'rights' | 'lastMail' | 'kit'> & {
  readonly database: Database
  readonly newPerson: () => Promise<SignedInPerson>
  /** The same person in another browser. */
  readonly signIn: (person: SignedInPerson) => Promise<SignedInPerson>
  /** Every "METHOD /path" of the live router. */
  readonly doors: readonly string[]
  /** Sends "METHOD /path" as a page of ours does, for whoever is signed in. */
  readonly as: (person: SignedInPerson | undefined, line: string, call?: PersonCall) => Promise<TestAnswer>
  /** Sends the same with a key. */
  readonly byKey: (key: string, line: string, body?: unknown) => Promise<TestAnswer>
  readonly close: () => Promise<void>
}

const PASSWORD = 'a long enough password'

/** Opens a world; `more` is what its interface is built of besides, such as a way to pay. */
export async function openTeamWorld(
  more: (world: IdentityWorld) => Promise<Partial<ApiDependencies>> = async () => ({}),
): Promise<TeamWorld> {
  const world = await openIdentityWorld()
  const { dependencies } = testWorld(world.kit.appDatabase, world.options)
  const app = customerApp({
    ...dependencies,
    ...{ subjects: world.subjects, ledger: world.ledger, identity: world.identity, publicUrl: PUBLIC_URL },
    clock: { now: () => world.clock.at, monotonic: () => world.clock.at },
    ...(await more(world)),
  })
  const send = async (line: string, headers: Headers, body: unknown): Promise<TestAnswer> => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const sent =
      body instanceof ReadableStream ? { body, duplex: 'half' as const } : { body: method === 'GET' ? null : JSON.stringify(body ?? {}) }
    const response = await app.request(path, { method, headers, ...sent })
    const text = await response.text()
    expectDeclared(app, line, { status: response.status, headers: response.headers, text })
    return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
  }
  const as: TeamWorld['as'] = (person, line, { body, headers: more = {} } = {}) => {
    const headers = new Headers({ origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...more })
    if (person !== undefined) headers.set('cookie', person.cookie)
    if (person?.acting !== undefined) headers.set('farebox-account', person.acting)
    return send(line, headers, body)
  }
  const cookieOf = ({ headers, text }: TestAnswer): string =>
    /^(__Host-farebox=[\w-]{43});/.exec(headers.get('set-cookie') ?? '')?.[1] ?? assert.fail(text)
  let people = 0
  const signInAs = async (email: string) => cookieOf(await as(undefined, 'POST /api/auth/sign-in', { body: { email, password: PASSWORD } }))
  const newPerson = async (): Promise<SignedInPerson> => {
    people += 1
    const email = `person${people}@example.com`
    await world.person(email, PASSWORD)
    const cookie = await signInAs(email)
    const me = await as({ email, cookie, accountId: '', personId: '' }, 'GET /api/auth/me')
    return { email, cookie, accountId: me.json.account.id, personId: me.json.person.id }
  }
  return {
    ...{
      clock: world.clock,
      rights: world.rights,
      lastMail: world.lastMail,
      kit: world.kit,
      database: world.kit.appDatabase,
      newPerson,
      as,
    },
    doors: [...new Set(app.routes.map(({ method, path }) => `${method} ${path}`))],
    signIn: async (person) => ({ ...person, cookie: await signInAs(person.email) }),
    byKey: (key, line, body) => send(line, new Headers({ authorization: `Bearer ${key}`, 'content-type': 'application/json' }), body),
    close: () => world.close(),
  }
}
