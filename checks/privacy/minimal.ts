import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, readLiveColumns, sql } from '../../src/db/index.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import { call } from '../calls.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { inParallel } from '../parallel.ts'
import { askAsPage, openByNumber } from '../sign-in.ts'
import { minuteWithRoom } from '../whole-minute.ts'
import { startWorld, type World } from '../world.ts'
import type { Pattern } from './byte-search.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { compareDeclared } from './declared.ts'
import { dumpDatabase } from './dump.ts'
import { type Found, PlaceSearch } from './places.ts'

const CUSTOMERS = 10
const CALLS_AT_ONCE = 8
const SETTLE_MS = 1500
/** What an account has after it was made of an e-mail alone. */
const NEEDED = ['created_at', 'email_lookup', 'email_sealed', 'id', 'is_keyed', 'price_multiplier', 'status', 'usage_retention_days']

/** What the person of an account has that was opened by a number alone. */
const PERSON_NEEDED = ['account_id', 'created_at', 'id', 'number_lookup', 'seen_on', 'totp_step']
/** All that is for a password or of a browser: of customers, and of operators, who are people too. */
const OF_SIGN_IN = [
  ...['operator.password_hash', 'operator.password_scheme', 'operator_session.browser_family', 'operator_session.browser_major'],
  ...['person.password_hash', 'person.password_scheme', 'sign_in_session.browser_family', 'sign_in_session.browser_major'],
]

/**
 * PRV-21: what people told us or their browsers and networks told of them lies nowhere readable: no IP address, no password and of a browser no more
 * than its family and main version where somebody signed in; e-mails, names of keys and reasons only as what their keys open; an account
 * needs an e-mail, or a number alone, and has nothing else.
 */
export async function minimal(context: CheckContext): Promise<Measured> {
  const world = await startWorld({
    env: { FAREBOX_LOG: 'debug', FAREBOX_TRUSTED_PROXIES: '127.0.0.1', FAREBOX_IP_REQUESTS_PER_MINUTE: '1' },
  })
  try {
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => openPerson(world)))
    for (const person of customers) await expectShown(context, world, person)
    const visits = await makeVisits(context, world, customers)
    const planted = makeCanary()
    await world.operator.ask('PUT', '/upstreams/planted', { kind: 'openai-compatible', base_url: `http://127.0.0.1:9/${planted}` })
    await expectColumns(context, world, customers)
    await sleep(SETTLE_MS)
    const search = new PlaceSearch([...customers.flatMap(patternsOfPerson), ...visits.flatMap(patternsOfVisit), ...patternsOf(planted)])
    for (const { name, text } of await dumpDatabase(world.connection())) search.text(`table ${name}`, text)
    for (const { pid } of world.processes()) search.process(pid)
    search.text('metrics', await (await fetch(`${world.operatorBase}/metrics`)).text())
    await world.terminate(20_000)
    search.folder(world.directory)
    judge(context, search.found, planted)
    const { bytesSearched, patternCount } = search
    return {
      n: visits.length,
      measured: {
        customers: CUSTOMERS,
        readable: search.found.filter((one) => one.canary !== planted).length,
        bytesSearched,
        patternCount,
      },
    }
  } finally {
    await world.stop()
  }
}

/** A customer whose e-mail, name of a key and reason for credit are canaries. */
type Person = { readonly id: string; readonly key: string; readonly email: string; readonly name: string; readonly reason: string }

async function openPerson({ operator }: World): Promise<Person> {
  const [email, name, reason] = [`${makeCanary()}@example.com`, makeCanary(), makeCanary()]
  const { id } = (await operator.ask('POST', '/accounts', { email })) as { readonly id: string }
  await operator.ask('POST', `/accounts/${id}/credits`, { amount: '100.00', reason })
  await operator.ask('POST', `/accounts/${id}/refunds`, { amount: '1.00', reason })
  const { secret } = (await operator.ask('POST', `/accounts/${id}/keys`, { name })) as { readonly secret: string }
  return { id, key: secret, email, name, reason }
}

const patternsOfPerson = ({ email, name, reason }: Person): readonly Pattern[] => [
  ...patternsOf(email.slice(0, email.indexOf('@')), [email, JSON.stringify({ email })]),
  ...patternsOf(name, [JSON.stringify({ name })]),
  ...patternsOf(reason, [JSON.stringify({ amount: '100.00', reason })]),
]

/** The other half: whom it belongs to, and the operator for them, reads all of it. */
async function expectShown(context: CheckContext, { operator, base }: World, { id, key, email, name, reason }: Person): Promise<void> {
  const month = new Date().toISOString().slice(0, 7)
  const shown = await Promise.all(
    ['', '/keys', '/transfers', `/statements/${month}`].map(async (path) =>
      JSON.stringify(await operator.ask('GET', `/accounts/${id}${path}`)),
    ),
  )
  const own = await (await fetch(`${base}/v1/usage`, { headers: { authorization: `Bearer ${key}` } })).text()
  for (const [text, wanted] of [
    [shown[0], email],
    [shown[1], name],
    [shown[2], reason],
    [shown[3], reason],
    [own, name],
  ])
    context.expect(text?.includes(wanted ?? '') ?? false, 'what a person told us is not shown to them')
}

/** A call from an address and a browser of its own. */
type Visit = { readonly ip: string; readonly browser: string; readonly password: string }

/** Each address calls twice: that the second call is one too many shows that the address was heard. */
async function makeVisits(context: CheckContext, { base }: World, customers: readonly Person[]): Promise<readonly Visit[]> {
  const visits = Array.from(
    { length: Math.max(2, context.n) },
    (): Visit => ({ ip: makeAddress(), browser: makeCanary(), password: makeCanary() }),
  )
  const count = { served: 0, limited: 0 }
  await inParallel(
    visits.map((visit, index) => ({ visit, index })),
    CALLS_AT_ONCE,
    async ({ visit: { ip, browser, password }, index }) => {
      const { key = '' } = customers[index % customers.length] ?? {}
      const headers = { 'x-forwarded-for': ip, 'user-agent': `Mozilla/5.0 (${browser}) Chrome/140.0.0.0`, 'sec-ch-ua-platform': browser }
      await signInFrom(context, { base, index, visit: { ip, browser, password } })
      await minuteWithRoom()
      for (const _ of [1, 2]) {
        const { status } = await call({ base, key, protocol: 'openai', headers })
        if (status === 200) count.served += 1
        else if (status === 429) count.limited += 1
      }
    },
  )
  context.expect(count.served === visits.length && count.limited === visits.length, `addresses were not heard: ${JSON.stringify(count)}`)
  return visits
}

type SignIn = { readonly base: string; readonly index: number; readonly visit: Visit }

/** Guesses at an account, and for every tenth opens one: without a password, or with one. */
async function signInFrom(context: CheckContext, { base, index, visit }: SignIn): Promise<void> {
  const headers = { 'x-forwarded-for': visit.ip, 'user-agent': `Mozilla/5.0 (${visit.browser}) Chrome/140.0.0.0 Safari/537.36` }
  const body = { email: `nobody-${index}@example.com`, password: visit.password }
  const guess = await askAsPage({ base, line: 'POST /api/auth/sign-in', body, headers })
  context.expect(guess.status === 401, `a guess at nobody's account is answered ${guess.status}`)
  if (index % 10 !== 0) return
  const opened = await openByNumber(base, { headers, body: index % 20 === 0 ? {} : { password: visit.password } })
  context.expect(opened.status === 201, `an account by number is answered ${opened.status}`)
}

/** An IPv6 address that is nowhere by chance, with its last 96 bits at random; each group of four digits, so that it is spelt in one way. */
function makeAddress(): string {
  const groups = Array.from({ length: 6 }, () => (0x1000 + (randomBytes(2).readUInt16BE() % 0xf000)).toString(16))
  return ['2001', 'db8', ...groups].join(':')
}

function patternsOfVisit({ ip, browser, password }: Visit): readonly Pattern[] {
  const groups = ip.split(':')
  const bytes = Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
  const forms: readonly (readonly [string, Buffer])[] = [
    ['text', Buffer.from(ip)],
    ['text, upper case', Buffer.from(ip.toUpperCase())],
    ['text, written out', Buffer.from(groups.map((group) => group.padStart(4, '0')).join(':'))],
    ['its network as text', Buffer.from(`${groups.slice(0, 4).join(':')}:`)],
    ['bytes', bytes],
    ['its network as bytes', bytes.subarray(0, 8)],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['base64', Buffer.from(bytes.toString('base64').slice(0, 20))],
  ]
  const digests = patternsOf(ip).filter(({ form }) => / of /.test(form))
  return [
    ...forms.map(([form, pattern]) => ({ canary: ip, form, bytes: pattern })),
    ...digests,
    ...patternsOf(browser),
    ...patternsOf(password),
  ]
}

/** The columns of the running database are those that are declared; none is for a password; of an account only what it needs is filled. */
async function expectColumns(context: CheckContext, world: World, [person]: readonly Person[]): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
  try {
    const live = (await readLiveColumns(database)).map(({ table, column }) => `${table}.${column}`)
    const { unclassified, stale } = compareDeclared(
      live,
      PERSONAL_DATA.map(({ table, column }) => `${table}.${column}`),
    )
    context.expect(unclassified.length + stale.length === 0, `columns are not those declared: ${[...unclassified, ...stale].join(', ')}`)
    const ofSignIn = live.filter((name) => /passw|pwd|user_agent|browser/.test(name))
    context.expect(ofSignIn.toSorted().join() === OF_SIGN_IN.join(), `columns are for a password or a browser: ${ofSignIn.join(', ')}`)
    const filled = await database.query<{ readonly key: string }>(sql`
      select key from account, jsonb_each(to_jsonb(account)) where account.id = ${person?.id ?? ''} and value <> 'null' order by key`)
    const names = filled.map(({ key }) => key)
    context.expect(names.join() === NEEDED.join(), `a new account has more than it needs: ${names.join(', ')}`)
    const [numbered] = await database.query<{ readonly names: string; readonly browsers: string }>(sql`
      select (select string_agg(distinct key, ',' order by key) from person, jsonb_each(to_jsonb(person))
          where person.number_lookup is not null and person.password_hash is null and value <> 'null') as names,
        (select string_agg(distinct browser_family || ' ' || browser_major, ',') from sign_in_session) as browsers`)
    context.expect(numbered?.names === PERSON_NEEDED.join(), `the person of a number has more than it needs: ${numbered?.names}`)
    context.expect(numbered?.browsers === 'chrome 140', `of browsers this is kept: ${numbered?.browsers}`)
    const readable = await database.query(sql`
      select 1 from transfer where reason is not null union all select 1 from api_key where name is not null
      union all select 1 from account where get_byte(email_sealed, 0) <> 2`)
    context.expect(readable.length === 0, `${readable.length} values are not sealed under a key of their person`)
  } finally {
    await database.end()
  }
}

function judge(context: CheckContext, found: readonly Found[], planted: string): void {
  for (const { canary, form, place } of found.filter((one) => one.canary !== planted)) {
    context.fail(`readable: ${canary.includes(':') ? 'an address' : 'a word of a person'} as ${form} at ${place}`)
  }
  const isFound = (place: RegExp): boolean => found.some((one) => one.canary === planted && place.test(one.place))
  context.expect(isFound(/^table farebox\.upstream$/), 'blind: what was planted in a table was not found in its dump')
  context.expect(isFound(/\/postgres\/data\//), 'blind: what was planted in a table was not found in the raw files')
}
