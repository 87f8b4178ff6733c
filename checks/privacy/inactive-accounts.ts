import { sql } from '../../src/db/index.ts'
import { stopTestServer } from '../../src/db/testing.ts'
import type { CheckContext, Measured } from '../harness/index.ts'
import { openRightsWorld, type RightsWorld } from './rights-world.ts'

const AFTER_DAYS = 365
/** From one look to the next, in days; a prime, so that looks fall on all distances from the end. */
const STEP_DAYS = 5
/** Between the first notice and the end. */
const COMES_BACK_DAY = 350
const USES = ['never', 'calls', 'money', 'late'] as const
type Use = (typeof USES)[number]
type Account = { readonly id: string; readonly email: string; readonly use: Use }

/**
 * CL-inactive: over two simulated years, accounts that nobody uses get a notice 30 and 7 days before the end at least and are erased then; those that
 * call, have money, or come back after a notice are not.
 */
export async function inactiveAccounts(context: CheckContext): Promise<Measured> {
  const world = await openRightsWorld({ inactiveAfterDays: AFTER_DAYS })
  try {
    const accounts: Account[] = []
    for (let index = 0; index < context.n; index += 1) accounts.push(await openAccount(world, index))
    const erasedOn = new Map<string, number>()
    const noticedOn = new Map<string, number[]>()
    for (let day = 0; day < 2 * AFTER_DAYS + COMES_BACK_DAY / 5; day += STEP_DAYS) {
      await world.rights.sweep()
      for (const { to } of world.mails.splice(0)) noticedOn.set(to, [...(noticedOn.get(to) ?? []), day])
      for (const id of await erasedAmong(world, accounts)) erasedOn.set(id, erasedOn.get(id) ?? day)
      await passDays(world, accounts, day)
    }
    for (const account of accounts)
      judge(context, account, { erased: erasedOn.get(account.id), noticed: noticedOn.get(account.email) ?? [] })
    return { n: context.n, measured: { erased: erasedOn.size, notices: [...noticedOn.values()].flat().length } }
  } finally {
    await world.close()
    await stopTestServer()
  }
}

async function openAccount(world: RightsWorld, index: number): Promise<Account> {
  const use = USES[index % USES.length] ?? 'never'
  const email = `${use}-${index}@example.com`
  return { id: await world.customer(email, use === 'money' ? 1n : 0n), email, use }
}

async function erasedAmong(world: RightsWorld, accounts: readonly Account[]): Promise<readonly string[]> {
  const rows = await world.kit.ownerDatabase.query<{ id: string }>(sql`select id from account where status <> 'erased'`)
  const living = new Set(rows.map(({ id }) => id))
  return accounts.map(({ id }) => id).filter((id) => !living.has(id))
}

/** The clock of the database cannot be moved here, so all that there is grows older instead. */
async function passDays(world: RightsWorld, accounts: readonly Account[], day: number): Promise<void> {
  const { ownerDatabase } = world.kit
  await ownerDatabase.query(sql`update account set created_at = created_at - make_interval(days => ${STEP_DAYS})`)
  await ownerDatabase.query(sql`update api_key set created_at = created_at - make_interval(days => ${STEP_DAYS})`)
  await ownerDatabase.query(sql`update usage_day set day = day - ${STEP_DAYS}::integer`)
  await ownerDatabase.query(sql`
    update inactive_account set last_active = last_active - ${STEP_DAYS}::integer,
      first_notice_at = first_notice_at - make_interval(days => ${STEP_DAYS}), second_notice_at = second_notice_at - make_interval(days => ${STEP_DAYS})`)
  for (const { id, use } of accounts) {
    const calls = (use === 'calls' && day % 100 === 0) || (use === 'late' && day === COMES_BACK_DAY)
    if (calls) await ownerDatabase.query(sql`insert into usage_day (account_id, day) values (${id}, current_date) on conflict do nothing`)
  }
}

type Fate = { readonly erased: number | undefined; readonly noticed: readonly number[] }

function judge(context: CheckContext, { use }: Account, { erased, noticed }: Fate): void {
  const isUsed = use === 'calls' || use === 'money'
  if (isUsed) {
    context.expect(
      erased === undefined && noticed.length === 0,
      `an account with ${use} was told ${noticed.length} times and erased on ${erased}`,
    )
    return
  }
  const [first = 0, second = 0] = noticed.slice(-2)
  const end = AFTER_DAYS + (use === 'late' ? COMES_BACK_DAY + STEP_DAYS : 0)
  context.expect(erased !== undefined && erased >= end && erased <= end + 2 * STEP_DAYS, `an unused account was erased on day ${erased}`)
  context.expect((erased ?? 0) - first >= 30 && (erased ?? 0) - second >= 7, `notices came on days ${noticed.join()} before day ${erased}`)
}
