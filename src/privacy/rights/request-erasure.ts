import { type Database, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, isUuid, type NanoUsd } from '../../lib/index.ts'
import { type ErasureCause, findErasure } from './erasure-record.ts'
import type { RightsOptions } from './options.ts'

/** What is asked for: `email` has to be that of the account, or the account's id where it has none; `giveUp` is what its owner lets go of what is left at most, in nano-USD. */
export type ErasureRequest = {
  readonly accountId: string
  readonly email: string
  readonly giveUp: NanoUsd
  readonly cause: Exclude<ErasureCause, 'restored'>
  /** Asked in the transaction that writes it; where the answer is no, nothing is written. */
  readonly isStillDue?: (tx: Database) => Promise<boolean>
}

const DAY_MS = 86_400_000

/**
 * Writes that an account is to be erased, once; nothing can be undone from here on. Does nothing for one that is being erased already. Returns
 * whether it is to be erased. Fails with account_unknown, erasure_wrong_person when the e-mail is not the account's, erasure_money_left when
 * more is left than is given up.
 */
export async function requestErasure(options: RightsOptions, request: ErasureRequest): Promise<boolean> {
  const { database, clock, accounts, settings } = options
  const { accountId, cause, giveUp, isStillDue } = request
  if (!isUuid(accountId)) fail('account_unknown')
  if ((await findErasure(database, accountId)) !== undefined) return true
  if (!(await accounts.isKnown(accountId))) fail('account_unknown')
  const email = (await accounts.emailOf(accountId)) ?? accountId
  if (email.toLowerCase() !== request.email.trim().toLowerCase()) fail('erasure_wrong_person', { field: 'email' })
  const now = clock.now()
  return await database.transaction(async (tx) => {
    if (isStillDue !== undefined && !(await isStillDue(tx))) return false
    const left = await leftOf(tx, accountId)
    if (left > giveUp) fail('erasure_money_left', { field: 'give_up', left: formatUsd(left) })
    await tx.query(sql`
      insert into account_erasure (account_id, state, cause, given_up, requested_at, gone_by)
      values (${accountId}::uuid, 'requested', ${cause}, ${left}::bigint, ${new Date(now)}, ${new Date(now + settings.eraseWithinDays * DAY_MS)})
      on conflict do nothing`)
    return true
  })
}

/** What an account has left, free, held, and on its way back to whoever paid, in nano-USD: where that goes nobody could read any more. */
export async function leftOf(database: Database, accountId: string): Promise<NanoUsd> {
  const [row] = await database.query<{ left: bigint }>(sql`
    select (available + held
      + (select coalesce(sum(amount), 0) from rail_refund where account_id = ${accountId}::uuid and state in ('taken', 'sent'))
      + (select coalesce(sum(amount), 0) from stripe_refund where account_id = ${accountId}::uuid and state in ('taken', 'sent') and origin = 'here')
      )::bigint as left
    from balance where account_id = ${accountId}::uuid`)
  return row?.left ?? 0n
}
