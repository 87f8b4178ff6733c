import { seededRandom } from '../../sim/index.ts'
import { customerApp } from '../../src/api/index.ts'
import { siteDefaultsOf } from '../../src/catalog/index.ts'
import { type Database, sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer } from '../../src/db/testing.ts'
import { systemIds } from '../../src/lib/index.ts'
import {
  type Comparable,
  countNotices,
  holdsOf,
  labelsOf,
  noticeDaysOf,
  type PolicyLetter,
  type PolicyVersion,
  publishPolicy,
  putOffUntold,
  queueNotices,
  readListings,
  readVersions,
  sendNotices,
  versionInForce,
} from '../../src/privacy/index.ts'
import { partlyMade } from '../customer-doors.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { openAccount } from './account.ts'
import { CHANGE_TRIALS, tryChanges, versionNow } from './changes.ts'
import { quietDesk } from './facts.ts'

const DAY_MS = 86_400_000
/** Far from now, so that no trial meets the clock of the machine. */
const START = Date.parse('2036-01-01T00:00:00Z')
const DAYS_MAX = 60

/**
 * CL-change: differences are told rightly; a significant one takes effect only when everybody who was there has been told for so many days,
 * though letters get lost; nobody is missed and nobody told twice; until then a new provider is held; the history has every version.
 */
export async function announced(context: CheckContext): Promise<Measured> {
  const right = tryChanges(context)
  const database = await createTestDatabase()
  try {
    const world = { database: database.appDatabase, random: seededRandom(context.seed) }
    const told = await announceTo(context, world, Math.max(context.n, 1))
    await expectHistory(context, database.appDatabase)
    return { n: CHANGE_TRIALS.length, measured: { diffs: CHANGE_TRIALS.length, right, ...told } }
  } finally {
    await database.drop()
    await stopTestServer()
  }
}

const ids = systemIds(() => START)

type World = { readonly database: Database; readonly random: ReturnType<typeof seededRandom> }

const draft = (version: Comparable) => ({
  ...version,
  profile: 'strict' as const,
  firstDay: '2036-01-01',
  print: () => 'The page as it was.',
})

async function announceTo(context: CheckContext, { database, random }: World, accounts: number): Promise<Record<string, number>> {
  const first = await publishPolicy(database, draft(versionNow()), START)
  context.expect(first?.number === 1, 'the first version is not published')
  context.expect((await publishPolicy(database, draft(versionNow()), START)) === undefined, 'the same again makes another version')
  for (let index = 0; index < accounts; index += 1) await openAccount(database, ids.uuid())
  await database.query(sql`delete from policy_seen`)
  const heavy = CHANGE_TRIALS.find(({ name }) => name === 'a provider more')
  const changed = heavy?.change(versionNow()) ?? versionNow()
  const labelled = { ...changed, providers: [...(changed.providers ?? []), ...labelsOf([NEWCOMER])] }
  const second = await publishPolicy(database, draft(labelled), START + DAY_MS)
  context.expect(second?.isSignificant === true, 'a new provider is no significant change')
  const letters: PolicyLetter[] = []
  const mailer = {
    send: async (letter: PolicyLetter): Promise<void> => {
      if (random.below(3) === 0) throw new Error('lost')
      letters.push(letter)
    },
  }
  let day = 1
  for (; day < DAYS_MAX && !(await isInForce(database, 2, START + day * DAY_MS)); day += 1) {
    const now = START + day * DAY_MS
    context.expect(await isHeld(database, now), `on day ${day} a call can go to a provider of whom not everybody has been told`)
    await queueNotices(database, now)
    context.expect((await countNotices(database, now)).missed === 0, `on day ${day} somebody is noted nowhere`)
    await sendNotices(database, mailer, now)
    await putOffUntold(database, now)
  }
  context.expect(!(await isHeld(database, START + day * DAY_MS)), 'a provider is held after the version that lists it took effect')
  await expectNotice(context, database, { accounts, letters })
  return { accounts, letters: letters.length, effect_after_days: day - 1, missed: (await countNotices(database, START)).missed }
}

/** Whether the provider that the second version adds is held at a time. */
const isHeld = async (database: Database, now: number): Promise<boolean> =>
  holdsOf([NEWCOMER], await readListings(database), now).length === 1

const NEWCOMER = { id: 'south', host: 'south.test', placement: 'third_party', privacy: {} } as const

const isInForce = async (database: Database, number: number, now: number): Promise<boolean> =>
  versionInForce(await readVersions(database), now)?.number === number

/** Everybody told once, and each at least so many days before the effect. */
async function expectNotice(
  context: CheckContext,
  database: Database,
  { accounts, letters }: { readonly accounts: number; readonly letters: readonly PolicyLetter[] },
): Promise<void> {
  const second = (await readVersions(database)).find(({ number }) => number === 2)
  const rows = await database.query<{ told_at: Date | null }>(sql`select told_at from policy_notice where version = 2`)
  context.expect(rows.length === accounts, `${rows.length} of ${accounts} accounts are noted`)
  context.expect(
    letters.length === accounts && new Set(letters.map(({ accountId }) => accountId)).size === accounts,
    'somebody was told twice, or not',
  )
  const latest = (second?.effectiveAt ?? 0) - noticeDaysOf('policy') * DAY_MS
  const late = rows.filter(({ told_at }) => told_at === null || told_at.getTime() > latest).length
  context.expect(late === 0, `${late} were told too late`)
}

/** The page of the history has each version, and the text of each as it was printed; no version can be changed or deleted. */
async function expectHistory(context: CheckContext, database: Database): Promise<void> {
  const clock = { now: () => START + DAYS_MAX * DAY_MS, monotonic: () => 0 }
  const policy = quietDesk(database, { clock })
  const app = customerApp(
    partlyMade({
      appDatabase: database,
      policy,
      clock,
      ids,
      log: () => undefined,
      site: siteDefaultsOf('Example'),
      publicUrl: 'https://fare.example',
    }),
  )
  const page = await (await app.request('/privacy/history', { headers: {} })).text()
  const versions: readonly PolicyVersion[] = await readVersions(database)
  for (const { number } of versions) {
    context.expect(page.includes(`id="v${number}"`), `version ${number} is not in the history`)
    const text = await (await app.request(`/privacy/history/${number}.md`)).text()
    context.expect(text === 'The page as it was.', `version ${number} is not served as it was printed`)
  }
  for (const statement of [
    sql`update policy_version set text = 'other'`,
    sql`update policy_version set effective_at = effective_at - interval '1 day'`,
    sql`delete from policy_version`,
  ]) {
    const isRefused = await database.query(statement).then(
      () => false,
      () => true,
    )
    context.expect(isRefused, `${statement.text} was not refused`)
  }
}
