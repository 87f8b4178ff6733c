import { type Database, sql } from '../../src/db/index.ts'
import { createTestDatabase, stopTestServer, type TestDatabase } from '../../src/db/testing.ts'
import { systemIds } from '../../src/lib/index.ts'
import { noteSaid, noteUse, publishPolicy, versionsSeenBy } from '../../src/privacy/index.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { openAccount } from './account.ts'
import { CHANGE_TRIALS, versionNow } from './changes.ts'

const DAY_MS = 86_400_000

/**
 * CL-accept: each account has the versions that it has seen: the one that held and those announced when it was opened; a later one when it
 * calls on after that took effect, or says so, and not before.
 */
export async function accepted(context: CheckContext): Promise<Measured> {
  const test = await createTestDatabase()
  try {
    const database = test.appDatabase
    const start = Date.now()
    await publishPolicy(database, draftOf('nothing'), start - DAY_MS)
    const early = await openAccounts(database, Math.max(context.n, 1))
    await publishPolicy(database, draftOf('a provider more'), start)
    const during = await openAccounts(database, 1)
    for (const id of early) await expectSeen(context, database, { id, seen: '1 sign-up' })
    for (const id of during) await expectSeen(context, database, { id, seen: '2 sign-up, 1 sign-up' })
    const callers = early.filter((_, index) => index % 2 === 0)
    await useOn(test, callers, start + 10 * DAY_MS)
    await noteUse(database, start + 11 * DAY_MS)
    for (const id of early) await expectSeen(context, database, { id, seen: '1 sign-up' })
    await useOn(test, callers, start + 16 * DAY_MS)
    const noted = await noteUse(database, start + 17 * DAY_MS)
    context.expect(noted === callers.length, `${noted} of ${callers.length} accounts that called on are noted`)
    context.expect((await noteUse(database, start + 17 * DAY_MS)) === 0, 'the same use is noted twice')
    for (const id of early) await expectSeen(context, database, { id, seen: callers.includes(id) ? '2 use, 1 sign-up' : '1 sign-up' })
    await expectSaid(context, database, early.find((id) => !callers.includes(id)) ?? during[0] ?? '')
    return { n: early.length + during.length, measured: { accounts: early.length + during.length, by_use: callers.length } }
  } finally {
    await test.drop()
    await stopTestServer()
  }
}

const draftOf = (name: string) => ({
  ...(CHANGE_TRIALS.find((trial) => trial.name === name)?.change(versionNow()) ?? versionNow()),
  ...{ profile: 'strict' as const, firstDay: '2026-01-01', print: () => 'The page as it was.' },
})

const ids = systemIds(() => Date.now())

async function openAccounts(database: Database, count: number): Promise<readonly string[]> {
  const opened = Array.from({ length: count }, () => ids.uuid())
  for (const id of opened) await openAccount(database, id)
  return opened
}

/** Gives accounts a day on which they were charged. */
async function useOn({ ownerDatabase }: TestDatabase, accounts: readonly string[], at: number): Promise<void> {
  for (const id of accounts) {
    await ownerDatabase.query(sql`insert into farebox.ledger_account (id, kind) values (${id}, 'customer') on conflict do nothing`)
    await ownerDatabase.query(sql`insert into farebox.balance (account_id) values (${id}) on conflict do nothing`)
    await ownerDatabase.query(sql`insert into farebox.usage_day (account_id, day) values (${id}, ${new Date(at)}::timestamptz::date)`)
  }
}

async function expectSeen(
  context: CheckContext,
  database: Database,
  { id, seen }: { readonly id: string; readonly seen: string },
): Promise<void> {
  const found = (await versionsSeenBy(database, id)).map(({ version, how }) => `${version} ${how}`).join(', ')
  context.expect(found === seen, `an account has seen ${found || 'nothing'} instead of ${seen}`)
}

/** An account says that it has seen a version; of one that is not there nothing is noted. */
async function expectSaid(context: CheckContext, database: Database, accountId: string): Promise<void> {
  const said = await noteSaid(database, { accountId, version: 2, now: Date.now() })
  const unknown = await noteSaid(database, { accountId, version: 99, now: Date.now() })
  context.expect(said && !unknown, `said of version 2: ${said}, of 99: ${unknown}`)
  await expectSeen(context, database, { id: accountId, seen: '2 said, 1 sign-up' })
}
