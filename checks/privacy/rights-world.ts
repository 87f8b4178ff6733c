import { randomBytes } from 'node:crypto'
import { createAccount } from '../../src/accounts/index.ts'
import { accountsOf, readersOf } from '../../src/control/index.ts'
import { sql } from '../../src/db/index.ts'
import { createTestDatabase, type TestDatabase } from '../../src/db/testing.ts'
import { PERSONAL_DATA } from '../../src/inventory.ts'
import { createKey } from '../../src/keys/index.ts'
import { type Ledger, makeLedger } from '../../src/ledger/index.ts'
import { isoDate, type LogEvent, systemIds, utcDayOf } from '../../src/lib/index.ts'
import { makeOwnRights, makeRights, type OwnRights, type Rights, type RightsOptions, type SubjectKeys } from '../../src/privacy/index.ts'
import { testSubjectKeys } from '../../src/privacy/testing.ts'
import type { MailTemplate } from '../../src/spec/index.ts'
import { makeSupportDesk, type SupportDesk } from '../../src/support/index.ts'

/** A mail that would have been sent. */
export type SentMail = { readonly template: MailTemplate; readonly to: string; readonly fields: Readonly<Record<string, string>> }

/** The rights of people on a database of their own, with a clock that is moved by hand and mail that is kept; no process. */
export type RightsWorld = {
  readonly kit: TestDatabase
  readonly rights: Rights
  readonly own: OwnRights
  readonly options: RightsOptions
  readonly ledger: Ledger
  readonly subjects: SubjectKeys
  readonly support: SupportDesk
  readonly clock: { at: number; readonly now: () => number }
  readonly mails: SentMail[]
  readonly logged: LogEvent[]
  /** Accounts whose key was destroyed, in order. */
  readonly destroyed: string[]
  /** A new account with a key and this credit in nano-USD. */
  readonly customer: (email: string, credit?: bigint) => Promise<string>
  /** Writes so many rows of calls for an account, on the day it is. */
  readonly calls: (accountId: string, count: number) => Promise<void>
  /** The last link that was mailed, as its purpose and token. */
  readonly lastLink: () => { readonly purpose: string; readonly token: string }
  readonly close: () => Promise<void>
}

/** What a world is made with beside the usual: accounts that a restored backup would know, hooks that fail. */
export type RightsWorldOptions = { readonly change?: (options: RightsOptions) => RightsOptions; readonly inactiveAfterDays?: number }

/** Opens a world; the day is today, as the database has a clock of its own. */
export async function openRightsWorld({ change = (same) => same, inactiveAfterDays }: RightsWorldOptions = {}): Promise<RightsWorld> {
  const kit = await createTestDatabase()
  const clock = { at: Date.now(), now: () => clock.at }
  const ids = systemIds(clock.now)
  const kept = testSubjectKeys()
  const [mails, logged, destroyed]: [SentMail[], LogEvent[], string[]] = [[], [], []]
  const { appDatabase } = kit
  const destroy = async (accountId: string): Promise<void> => {
    destroyed.push(accountId)
    await kept.destroy(accountId)
  }
  const subjects = { ...kept, destroy }
  const options = change({
    ...{ inventory: PERSONAL_DATA, database: appDatabase, clock, ids, random: randomBytes },
    log: (event) => void logged.push(event),
    keys: subjects,
    accounts: accountsOf(appDatabase, subjects),
    readers: readersOf(subjects),
    forgetUsage: async (accountId) => {
      for (const table of [sql`usage_event`, sql`usage_key_day`])
        await kit.ownerDatabase.query(sql`delete from ${table} where account_id = ${accountId}::uuid returning 1`)
      return true
    },
    codes: async () => ({ outcome: ['completed'] }),
    mailer: { send: async (template, to, fields) => void mails.push({ template, to, fields }) },
    settings: { eraseWithinDays: 7, inactiveAfterDays, settleMs: 0 },
  })
  const rights = makeRights(options)
  const ledger = makeLedger(kit.ledgerDatabase, { ids, subjects })
  for (const day of [0, 1]) await kit.ledgerDatabase.query(sql`select ensure_usage_partition(${isoDate(utcDayOf(clock.at) + day)}::date)`)
  const customer = async (email: string, credit = 0n): Promise<string> => {
    const { id } = await createAccount(appDatabase, subjects, { id: ids.uuid(), email, now: clock.at })
    await ledger.openAccount(id)
    if (credit > 0n)
      await ledger.credit({ accountId: id, amount: credit, kind: 'manual', sourceKey: ids.uuid(), reason: `deposit of ${email}` })
    const none = { requestsPerMinute: 7, tokensPerMinute: undefined, concurrentCalls: undefined }
    const key = { id: ids.uuid(), accountId: id, name: `key of ${email}`, limits: none, models: undefined, expiresAt: undefined }
    await createKey(appDatabase, subjects, { ...key, random: randomBytes(32), now: clock.at })
    return id
  }
  const calls = (accountId: string, count: number): Promise<void> => writeCalls(kit, { accountId, count, at: clock.at })
  const lastLink = () => {
    const link = mails.findLast(({ fields }) => fields['link'] !== undefined)?.fields['link'] ?? ''
    const [purpose = '', token = ''] = (link.split('#')[1] ?? '').split('&')[0]?.split('=') ?? []
    return { purpose, token }
  }
  const own = makeOwnRights(options, rights, 'https://shop.example')
  const { emailOf } = options.accounts
  const support = makeSupportDesk({ ...options, sealing: subjects, emailOf })
  return {
    kit,
    rights,
    own,
    options,
    ledger,
    subjects,
    support,
    clock,
    mails,
    logged,
    destroyed,
    customer,
    calls,
    lastLink,
    close: () => kit.drop(),
  }
}

type Calls = { readonly accountId: string; readonly count: number; readonly at: number }

async function writeCalls({ ownerDatabase }: TestDatabase, { accountId, count, at }: Calls): Promise<void> {
  const day = isoDate(utcDayOf(at))
  await ownerDatabase.query(sql`
    insert into usage_event (day, request_id, posted_day, account_id, key_id, started_at, model_serial, route_serial, price_version,
      outcome, status, usage_source, reported_model, is_stream, is_suspect, latency_ms, input, cache_read, cache_write_5m,
      cache_write_1h, output, reasoning, more, hold, cost, upstream_cost)
    select ${day}::date, gen_random_uuid(), ${day}::date, ${accountId}::uuid, gen_random_uuid(), ${new Date(at)}::timestamptz, 1, 1, 1,
      0, 200, 1, 1, false, false, 5, n, 1, 2, 3, 7, 4, array[1, 2], 9007199254740993, n, 987654321
    from generate_series(1, ${count}) as n`)
}
