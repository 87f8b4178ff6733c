import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, sql } from '../../src/db/index.ts'
import { call } from '../calls.ts'
import { type CheckContext, type Measured, NotRunError } from '../harness/index.ts'
import { inParallel, until } from '../parallel.ts'
import { startWorld, type World } from '../world.ts'
import { makeCanary, patternsOf } from './canary.ts'
import { dumpDatabase } from './dump.ts'
import { PlaceSearch } from './places.ts'

/** Somebody in whose personal columns canaries stand. */
type Person = {
  readonly id: string
  readonly key: string
  readonly email: string
  readonly canaries: readonly string[]
  readonly isErased: boolean
}

type Shown = {
  readonly state: string
  readonly left: string
  readonly stays: readonly Part[]
  readonly goes: readonly Part[]
  readonly holds: readonly object[]
}
type Part = { readonly table: string; readonly columns: readonly string[]; readonly until: string }

/** Within this an account is unreadable in the running system. */
const ERASED_MS_MAX = 60_000
const PEOPLE_AT_ONCE = 4
/** A stream that is open while its account is erased: so many tokens, so many milliseconds apart. */
const STREAM = { outputTokens: 60, chunkDelayMs: 50 }
/** What the erasure itself writes down is shown after it, not before. */
const OF_ERASURE = ['account_erasure', 'legal_hold', 'privacy_request', 'audit_entry']

/**
 * PRV-11: of people who are erased no word is readable in any file of the server, its log of writes and the backup of yesterday, and none by
 * any door, also when that backup is restored; a stream that is open meanwhile ends well and is charged; what stays is what was shown.
 */
export async function erasures(context: CheckContext): Promise<Measured> {
  const world = await startWorld({ script: STREAM })
  if (world.postgres !== undefined) {
    await world.stop()
    throw new NotRunError('backups are made of the data directory, so it needs a database of the server itself')
  }
  try {
    const people = await inParallel(Array.from({ length: context.n }), PEOPLE_AT_ONCE, (_, index) => openPerson(world, index % 2 === 0))
    const erased = people.filter((person) => person.isErased)
    const backup = await backUp(world)
    const millis = await eraseAll(context, world, erased)
    await expectGone({ context, world, when: 'after the erasure' }, people)
    await expectBooks(context, world)
    const readable = await searchFiles(context, world, erased)
    await restore(world, backup)
    await expectGone({ context, world, when: 'after yesterday was restored' }, people)
    await expectBooks(context, world)
    return { n: context.n, measured: { erased: erased.length, millis_max: Math.max(...millis), ...readable } }
  } finally {
    await world.stop()
  }
}

async function openPerson({ operator, base }: World, isErased: boolean): Promise<Person> {
  const [name, reason, local] = [makeCanary(), makeCanary(), makeCanary()]
  const email = `${local}@example.com`
  const { id } = (await operator.ask('POST', '/accounts', { email })) as { id: string }
  await operator.ask('POST', `/accounts/${id}/credits`, { amount: '2.00', reason })
  const { secret } = (await operator.ask('POST', `/accounts/${id}/keys`, { name, limits: { requests_per_minute: 1000 } })) as {
    secret: string
  }
  await call({ base, key: secret, protocol: 'openai', outputMax: 8 })
  return { id, key: secret, email, canaries: [name, reason, local], isErased }
}

/** A copy of the database while nothing runs, as of yesterday; keys of people are no part of backups of it. */
async function backUp(world: World): Promise<string> {
  await world.terminate(20_000)
  const backup = join(world.directory, 'yesterday')
  mkdirSync(backup)
  copy(join(world.dataDir, 'postgres'), backup)
  await world.start()
  return backup
}

/** Puts yesterday's database in the place of today's, of a server that is stopped, and starts it. */
async function restore(world: World, backup: string): Promise<void> {
  rmSync(join(world.dataDir, 'postgres'), { recursive: true })
  copy(join(backup, 'postgres'), world.dataDir)
  await world.start()
}

/** With owners and modes, as the database runs as a user of its own. */
const copy = (from: string, into: string): void => void execFileSync('cp', ['-a', from, into])

/** Erases everybody, the first with a stream open; returns how long each took to be unreadable. */
async function eraseAll(context: CheckContext, world: World, erased: readonly Person[]): Promise<readonly number[]> {
  const [first] = erased
  const stream =
    first === undefined ? undefined : call({ base: world.base, key: first.key, protocol: 'openai', isStream: true, outputMax: 100 })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const millis = await inParallel(erased, PEOPLE_AT_ONCE, async (person) => {
    const path = `/accounts/${person.id}/erasure`
    const before = (await world.operator.ask('GET', path)) as Shown
    const began = performance.now()
    await world.operator.ask('POST', path, { email: person.email, give_up: '2.00' })
    const refused = await call({ base: world.base, key: person.key, protocol: 'openai', outputMax: 8 })
    context.expect(refused.status === 401 || refused.status === 403, `a key of an erased account was answered ${refused.status}`)
    const after = await until(
      async () => (await world.operator.ask('GET', path)) as Shown,
      ({ state }) => state === 'shredded' || state === 'done',
      ERASED_MS_MAX,
    )
    context.expect(after.state === 'shredded' || after.state === 'done', `an erasure is ${after.state} after a minute`)
    context.expect(sameParts(before, after), 'what stays is not what was shown to stay')
    context.expect(
      after.holds.length > 0 && JSON.stringify(after.holds) === JSON.stringify(before.holds),
      'holds are not those that were shown',
    )
    return Math.round(performance.now() - began)
  })
  const ended = await stream
  context.expect(ended === undefined || (ended.status === 200 && ended.isWhole), 'the stream that was open did not end well')
  return millis
}

function sameParts(before: Shown, after: Shown): boolean {
  const names = ({ stays }: Shown) =>
    stays
      .filter(
        ({ table }) => !OF_ERASURE.includes(table) && !['usage_event', 'usage_key_day', 'open_call', 'slice', 'usage_day'].includes(table),
      )
      .flatMap(({ table, columns, until: end }) => columns.map((column) => `${table}.${column} ${end}`))
      .toSorted()
      .join()
  return names(before) === names(after)
}

/** Where and when something is looked at. */
type Look = { readonly context: CheckContext; readonly world: World; readonly when: string }

/** By every door: nothing of those who are erased, everything of the others. */
async function expectGone({ context, world, when }: Look, people: readonly Person[]): Promise<void> {
  for (const { id, key, email, canaries, isErased } of people) {
    const doors = ['', '/keys', '/transfers', '/usage', '/erasure'].map((door) => `/accounts/${id}${door}`)
    const told = await Promise.all(doors.map(async (door) => JSON.stringify(await world.operator.ask('GET', door))))
    const found = [email, ...canaries].filter((canary) => told.some((text) => text.includes(canary)))
    if (isErased) context.expect(found.length === 0, `${found.length} words of an erased account are told ${when}`)
    else context.expect(found.length === 4, `an account that was not erased has ${found.length} of its words ${when}`)
    const answer = await call({ base: world.base, key, protocol: 'openai', outputMax: 8 })
    context.expect(
      isErased ? answer.status === 401 || answer.status === 403 : answer.status === 200,
      `a key was answered ${answer.status} ${when}`,
    )
    const access = await fetch(`${world.operatorBase}/operator/v1/accounts/${id}/access`, {
      headers: { authorization: `Bearer ${world.operatorToken}` },
    })
    context.expect(access.status === (isErased ? 404 : 200), `what is held was answered ${access.status} ${when}`)
  }
  if (!people.some((person) => person.isErased)) context.fail('nobody was erased')
}

async function expectBooks(context: CheckContext, world: World): Promise<void> {
  const { ok, problems } = await world.operator.verify()
  context.expect(ok, `the books do not agree: ${problems.join(', ')}`)
}

/** Looks for every canary of those who are erased in all files, tables and processes, yesterday's backup too; and for one that is planted. */
async function searchFiles(context: CheckContext, world: World, erased: readonly Person[]): Promise<Readonly<Record<string, number>>> {
  await checkpoint(world)
  const planted = makeCanary()
  writeFileSync(join(world.dataDir, 'planted'), `a file with ${planted} in it`)
  const search = new PlaceSearch([
    ...erased.flatMap(({ canaries }) => canaries.flatMap((canary) => patternsOf(canary))),
    ...patternsOf(planted),
  ])
  for (const { name, text } of await dumpDatabase(world.connection())) search.text(`table ${name}`, text)
  await world.terminate(20_000)
  search.folder(world.directory)
  rmSync(join(world.dataDir, 'planted'))
  const leaks = search.found.filter(({ canary }) => canary !== planted)
  for (const { place, form } of leaks.slice(0, 10)) context.fail(`a word of an erased account is in ${place} as ${form}`)
  context.expect(search.found.length > leaks.length, 'blind: a planted word was not found')
  return { readable: leaks.length, bytes_searched: search.bytesSearched, patterns: search.patternCount }
}

async function checkpoint(world: World): Promise<void> {
  const database = connect({ connection: world.connection(), role: undefined, poolMax: 1 })
  try {
    await database.query(sql`checkpoint`)
    await database.query(sql`select pg_switch_wal()`)
  } finally {
    await database.end()
  }
}
