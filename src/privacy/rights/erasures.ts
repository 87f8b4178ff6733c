import { sql } from '../../db/index.ts'
import { errorCode, isoDate, utcDayOf } from '../../lib/index.ts'
import { advanceErasure } from './advance-erasure.ts'
import { eraseRows } from './erase-rows.ts'
import { findErasure, openErasures } from './erasure-record.ts'
import type { RightsOptions } from './options.ts'
import { ownedTables } from './personal-tables.ts'

const PAGE = 1000
const DAY_MS = 86_400_000
/** How long it is remembered that an account was erased of which nothing has to be kept. */
const REMEMBERED_DAYS = 30

/** Takes every erasure that is not over as far as it goes; one that fails does not keep others waiting. Returns how many are still open. */
export async function resumeErasures(options: RightsOptions): Promise<number> {
  let open = 0
  for await (const accountId of openErasures(options.database)) {
    const state = await advanceErasure(options, accountId).catch((thrown: unknown) => {
      options.log({ event: 'erasure-failed', account: accountId, code: errorCode(thrown) })
      return undefined
    })
    if (state?.state !== 'done') open += 1
  }
  return open
}

/**
 * Erases again whom a backup of the database or of the keys brought back; to be awaited before anything is served, as until then a person
 * who was erased could be read. Returns how many there were. Rejects when one cannot be made unreadable.
 */
export async function replayErasures(options: RightsOptions): Promise<number> {
  const again = await options.keys.replayErasures(() => accountsNotErased(options))
  for (const accountId of again) {
    const at = new Date(options.clock.now())
    const goneBy = new Date(at.getTime() + options.settings.eraseWithinDays * DAY_MS)
    await options.database.query(sql`
      insert into account_erasure (account_id, state, cause, given_up, requested_at, gone_by)
      values (${accountId}::uuid, 'requested', 'restored', 0, ${at}, ${goneBy})
      on conflict (account_id) do update set state = 'requested', cause = 'restored'`)
    await advanceErasure(options, accountId)
    const { state } = (await findErasure(options.database, accountId)) ?? {}
    if (state !== 'shredded' && state !== 'done') throw new TypeError('an account that was erased could not be erased again')
  }
  if (again.length > 0) options.log({ event: 'erasures-replayed', items: again.length })
  return again.length
}

/**
 * Removes what is left of erased accounts when nothing has to be kept any more, by our clock and by the database's, and a payment processor has
 * forgotten them too; one that fails keeps no others. Returns how many.
 */
export async function forgetErased(options: RightsOptions): Promise<number> {
  const { database, clock, log } = options
  const now = clock.now()
  const over = await database.query<{ account_id: string }>(sql`
    select account_id from account_erasure where state = 'done'
      and done_at < least(${new Date(now)}::timestamptz, clock_timestamp()) - make_interval(days => ${REMEMBERED_DAYS})
      and not exists (select from legal_hold where legal_hold.account_id = account_erasure.account_id
        and until >= least(${isoDate(utcDayOf(now))}::date, (clock_timestamp() at time zone 'UTC')::date))
      and not exists (select from stripe_erasure where stripe_erasure.account_id = account_erasure.account_id and stripe_erasure.state = 'asked')
    order by random() limit ${PAGE}`)
  let forgotten = 0
  for (const { account_id: id } of over) {
    const isGone = await forget(options, id).catch((thrown: unknown) => {
      log({ event: 'account-unforgotten', account: id, code: errorCode(thrown) })
      return false
    })
    if (isGone) forgotten += 1
  }
  return forgotten
}

/** What was written of the account after its erasure, by whoever was slow to hear of it, goes first, as it would keep the rest. */
const forget = ({ database, inventory }: RightsOptions, accountId: string): Promise<boolean> =>
  database.transaction(async (tx) => {
    await eraseRows(tx, ownedTables(inventory), accountId)
    const [row] = await tx.query<{ is_gone: boolean }>(sql`select forget_account(${accountId}::uuid) as is_gone`)
    return row?.is_gone === true
  })

async function* accountsNotErased({ database }: RightsOptions): AsyncGenerator<string> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await database.query<{ id: string }>(sql`
      select id from account where id > ${after}::uuid and (status <> 'erased' or email_sealed is not null) order by id limit ${PAGE}`)
    for (const { id } of page) yield id
    const last = page.at(-1)
    if (page.length < PAGE || last === undefined) return
    after = last.id
  }
}
