import { type Database, sql } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import type { Ledger } from '../../ledger/index.ts'
import { doEach, type NanoUsd } from '../../lib/index.ts'
import { lockGifts, readGiftHistory } from './gift-history.ts'
import { leftAtExpiry } from './left-at-expiry.ts'

/** What expiry works with; `database` has the role farebox_app, `days` is how long a gift lasts. */
export type ExpiryParts = {
  readonly database: Database
  readonly ledger: Pick<Ledger, 'expire'>
  readonly clock: { readonly now: () => number }
  readonly days: number
}

const AT_ONCE = 100
const DAY_MS = 86_400_000
/** Days are closed a minute after their end; what an account has in the hands of nodes comes back within seconds. */
const SETTLED_MS = 300_000

/**
 * Takes back what is left of gifts whose time is over: first what is to be taken is written down, then the books take it, once. Money that was
 * paid in is never touched. Returns how many gifts ended; an account that cannot be served holds up no other, and its failure is thrown at the end.
 */
export async function expirePromotions(parts: ExpiryParts): Promise<number> {
  let planned = 0
  const plan = async (): Promise<void> => {
    planned = await planExpiries(parts)
  }
  await doEach([plan, () => bookExpiries(parts)], (step) => step())
  return planned
}

type Due = { readonly account_id: string; readonly transfer_id: string; readonly available: NanoUsd }

/**
 * Gifts of an account that is being erased are its owner's no more to use, and what was written down of them is gone. What an account got for a month that
 * missed its promise is owed to it, and no gift.
 */
async function planExpiries({ database, clock, days }: ExpiryParts): Promise<number> {
  const before = new Date(clock.now() - SETTLED_MS - (days + 1) * DAY_MS)
  // The day that a gift ends with has to be closed for its account, and nothing of it may be held, or what it has left is not known yet.
  const due = await database.query<Due>(sql`
    select account_id, transfer_id, available from (
    select credit_account as account_id, transfer.id as transfer_id, available, transfer.created_at as given_at
    from transfer join balance on balance.account_id = credit_account
      join account on account.id = credit_account and account.status <> 'erased'
    where kind = 'promotion' and source_key not like 'sla:%' and transfer.created_at < date_trunc('day', ${before}::timestamptz at time zone 'UTC') at time zone 'UTC' + interval '1 day'
      and not exists (select from promotion_expiry where transfer_id = transfer.id)
      and not exists (select from transfer undone where undone.reverses = transfer.id)
      and not exists (select from usage_day where account_id = credit_account and closed_at is null
        and day <= (transfer.created_at at time zone 'UTC')::date + ${days}::integer)
      and held = 0
    order by random() limit ${AT_ONCE}) as drawn order by given_at`)
  const accounts = Map.groupBy(due, ({ account_id: id }) => id)
  await doEach(accounts, ([accountId, gifts]) => {
    const planned = { accountId, gifts, days, now: clock.now() }
    return database.transaction((tx) => planAccount(tx, planned))
  })
  return due.length
}

type DueGifts = { readonly accountId: string; readonly gifts: readonly Due[]; readonly days: number; readonly now: number }

async function planAccount(tx: Database, { accountId, gifts, days, now }: DueGifts): Promise<void> {
  await lockGifts(tx, accountId)
  const left = leftAtExpiry({ ...(await readGiftHistory(tx, accountId)), days })
  let rest = gifts[0]?.available ?? 0n
  for (const { transfer_id: transferId } of gifts) {
    const wanted = left.get(transferId) ?? 0n
    const amount = wanted < rest ? wanted : rest
    rest -= amount
    await tx.query(sql`
      insert into promotion_expiry (transfer_id, account_id, amount, planned_at, is_done)
      values (${transferId}, ${accountId}, ${amount}, ${new Date(now)}, ${amount === 0n}) on conflict do nothing`)
  }
}

type Planned = { readonly transfer_id: string; readonly account_id: string; readonly amount: NanoUsd }

async function bookExpiries({ database, ledger }: ExpiryParts): Promise<void> {
  const planned = await database.query<Planned>(sql`
    select transfer_id, account_id, amount from promotion_expiry join account on account.id = account_id and status <> 'erased'
    where not is_done order by random() limit ${AT_ONCE}`)
  await doEach(planned, async ({ transfer_id: transferId, account_id: accountId, amount }) => {
    const isTaken = await take(ledger, { accountId, amount, sourceKey: `expiry:${transferId}`, reason: 'promotion expired' })
    if (isTaken) await database.query(sql`update promotion_expiry set is_done = true where transfer_id = ${transferId}`)
    else await planLess(database, transferId)
  })
}

/** Whether the books took it; false when it was spent since it was written down. */
async function take(ledger: ExpiryParts['ledger'], input: Parameters<Ledger['expire']>[0]): Promise<boolean> {
  try {
    await ledger.expire(input)
    return true
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'balance_insufficient') return false
    // Books that do not agree give nothing away and take nothing; a person looks at them first.
    if (thrown instanceof FailureError && thrown.failure.code === 'account_frozen') return false
    throw thrown
  }
}

/** What was spent meanwhile is the house's loss: what is left now is taken the next time, or nothing. */
async function planLess(database: Database, transferId: string): Promise<void> {
  await database.query(sql`
    update promotion_expiry set amount = least(amount, available), is_done = least(amount, available) = 0 from balance
    where transfer_id = ${transferId} and balance.account_id = promotion_expiry.account_id`)
}
