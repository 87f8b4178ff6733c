import { type Database, sql } from '../../db/index.ts'
import { countRows } from './count-rows.ts'
import { eraseRows } from './erase-rows.ts'
import { legalHolds } from './erasure-plan.ts'
import { type Erasure, type ErasureState, findErasure, takeErasure } from './erasure-record.ts'
import type { RightsOptions } from './options.ts'
import { ownedTables } from './personal-tables.ts'

/** What a step came to: the next state, or `waiting` for calls or days that are still open. */
type Step = (options: RightsOptions, tx: Database, erasure: Erasure) => Promise<ErasureState | 'waiting'>

/** How long before the promised end calls and days are waited for no longer. */
const LAST_MS = 43_200_000

/**
 * Takes an erasure as far as it goes now and tells where it is; undefined for an account that is not to be erased. Each step can be done
 * again, so a crash anywhere loses nothing: the step that was not finished is done anew.
 */
export async function advanceErasure(options: RightsOptions, accountId: string): Promise<Erasure | undefined> {
  for (;;) {
    const hasMoved = await options.database.transaction(async (tx) => {
      const erasure = await takeErasure(tx, accountId)
      if (erasure === undefined || erasure.state === 'done') return false
      return (await STEPS[erasure.state](options, tx, erasure)) !== 'waiting'
    })
    if (!hasMoved) return await findErasure(options.database, accountId)
  }
}

/** Nobody comes in any more: keys are revoked, which gateways hear at commit, links are gone, and what has to be kept is written down. */
const lock: Step = async ({ inventory, clock }, tx, { accountId }) => {
  const now = clock.now()
  await tx.query(sql`update account set status = 'erased' where id = ${accountId}::uuid and status <> 'erased'`)
  await tx.query(sql`update api_key set revoked_at = ${new Date(now)} where account_id = ${accountId}::uuid and revoked_at is null`)
  await tx.query(sql`delete from privacy_link where account_id = ${accountId}::uuid`)
  const rows = await countRows(tx, ownedTables(inventory), accountId)
  for (const { category, basis, until } of legalHolds(inventory, rows, now)) {
    await tx.query(sql`
      insert into legal_hold (account_id, category, basis, until) values (${accountId}::uuid, ${category}, ${basis}, ${until}::date)
      on conflict do nothing`)
  }
  await tx.query(sql`update account_erasure set state = 'locked', locked_at = ${new Date(now)} where account_id = ${accountId}::uuid`)
  return 'locked'
}

/**
 * Makes unreadable what identifies the person, when the calls that were running at the lock have ended: they finish under their hold and
 * are charged. Twelve hours before the promised end it is done whatever runs.
 */
const shred: Step = async ({ inventory, clock, keys, settings, beforeErase }, tx, erasure) => {
  const { accountId, cause, goneBy } = erasure
  const isLast = cause === 'restored' || clock.now() >= goneBy.getTime() - LAST_MS
  if (!isLast && (await hasOpenCalls(tx, erasure, { now: clock.now(), settleMs: settings.settleMs }))) return 'waiting'
  await keys.destroy(accountId)
  const at = new Date(clock.now())
  await beforeErase?.(tx, accountId, at)
  await eraseRows(tx, ownedTables(inventory), accountId)
  await tx.query(sql`
    update privacy_request set ended_at = ${at}, state = case when kind = 'erase' then 'done' else 'expired' end
    where account_id = ${accountId}::uuid and state in ('unverified', 'open')`)
  await tx.query(sql`update account_erasure set state = 'shredded', shredded_at = ${at} where account_id = ${accountId}::uuid`)
  return 'shredded'
}

/** Ends it when no row of a call is left; those of a day that is open are needed until it is charged. */
const finish: Step = async ({ clock, forgetUsage }, tx, { accountId }) => {
  if (!(await forgetUsage(accountId))) return 'waiting'
  await tx.query(sql`update account_erasure set state = 'done', done_at = ${new Date(clock.now())} where account_id = ${accountId}::uuid`)
  return 'done'
}

const STEPS: Readonly<Record<Exclude<ErasureState, 'done'>, Step>> = { requested: lock, locked: shred, shredded: finish }

/**
 * Money that any node has set aside belongs to calls, or goes back within seconds; the time after the lock is for nodes that have not heard
 * of it yet. A clock that was set back since makes nobody wait for it.
 */
async function hasOpenCalls(tx: Database, erasure: Erasure, { now, settleMs }: { now: number; settleMs: number }): Promise<boolean> {
  const since = now - (erasure.lockedAt?.getTime() ?? now)
  if (since >= 0 && since < settleMs) return true
  const { accountId } = erasure
  const open = await tx.query(sql`
    select from balance where account_id = ${accountId}::uuid and held > 0
    union all select from spend_slice where account_id = ${accountId}::uuid and amount > 0
    union all select from open_call where account_id = ${accountId}::uuid limit 1`)
  return open.length > 0
}
