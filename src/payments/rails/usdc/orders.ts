import { type Database, sql } from '../../../db/index.ts'
import { doEach, type NanoUsd } from '../../../lib/index.ts'
import type { PaymentDesk } from '../../desk.ts'
import type { PaymentPurpose } from '../../payment.ts'
import { USDC_RAIL } from './parts.ts'

/** Something that is to be bought of the next money that comes to the address of an account; the same `orderId` orders once. */
export type UsdcOrder = {
  readonly accountId: string
  readonly amount: NanoUsd
  readonly purpose: PaymentPurpose
  readonly orderId: string
}

/** How long money is waited for. */
const OPEN_MS = 86_400_000
const EXPIRED_MAX = 100

/** Writes an order down as a payment that waits for its money. */
export async function openOrder(
  { desk, now }: { readonly desk: Pick<PaymentDesk, 'open'>; readonly now: number },
  { orderId, ...order }: UsdcOrder,
): Promise<void> {
  await desk.open({ ...order, id: orderId, rail: USDC_RAIL, expiresAt: new Date(now + OPEN_MS) })
}

/** Money that came to the address of an account, seen at a time in milliseconds. */
export type CameIn = { readonly accountId: string; readonly amount: NanoUsd; readonly now: number }

/**
 * The payment that money is for: the oldest that asked for exactly so much, else for less, else the oldest order, which it is short of. Undefined
 * where the account waits for none, or for balance of another amount.
 */
export async function findAsked(database: Database, { accountId, amount, now }: CameIn): Promise<string | undefined> {
  const [row] = await database.query<{ id: string }>(sql`
    select id from payment where account_id = ${accountId}::uuid and rail = ${USDC_RAIL} and state in ('open', 'pending')
      and (expires_at is null or expires_at > ${new Date(now)}) and (amount = ${amount} or purpose ->> 'kind' <> 'topup')
    order by amount <> ${amount}, amount > ${amount}, created_at, id limit 1`)
  return row?.id
}

/** Ends some of the orders for which no money came in time, in no order; one that cannot be ended holds up no other, and its failure is thrown at the end. */
export async function expireOrders(database: Database, desk: Pick<PaymentDesk, 'fail'>, now: number): Promise<void> {
  const late = await database.query<{ id: string }>(sql`
    select id from payment where state in ('open', 'pending') and rail = ${USDC_RAIL} and expires_at <= ${new Date(now)}
    order by random() limit ${EXPIRED_MAX}`)
  await doEach(late, ({ id }) => desk.fail(id, 'expired', 'not_paid'))
}
