import { type Database, type Sql, sql } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd, isUuid, type NanoUsd } from '../../lib/index.ts'
import type { PaymentState, RailName } from '../payment.ts'
import { requireRefundable } from '../rules/index.ts'
import type { WishParts } from './parts.ts'
import type { RefundWishState } from './wish.ts'

/** What decides whether money of a payment can be asked back; amounts in nano-USD. */
export type ReturnablePayment = {
  readonly id: string
  readonly accountId: string
  readonly rail: RailName
  readonly state: PaymentState
  readonly amount: NanoUsd
  /** What of it did not go back, and is not about to. */
  readonly left: NanoUsd
  /** What is on the balance of its account. */
  readonly available: NanoUsd
  readonly settledAt: Date
  /** Whether a refund of it is under way. */
  readonly isGoing: boolean
  /** How the last wish for it stands; undefined where there was none. */
  readonly wish: RefundWishState | undefined
}

type Row = {
  readonly id: string
  readonly account_id: string
  readonly rail: RailName
  readonly state: PaymentState
  readonly amount: NanoUsd
  readonly left: NanoUsd
  readonly available: NanoUsd
  readonly settled_at: Date
  readonly is_going: boolean
  readonly wish: RefundWishState | null
}

/** Payments whose money came, by a condition on `payment`. */
const select = async (database: Database, where: Sql): Promise<readonly ReturnablePayment[]> => {
  const rows = await database.query<Row>(sql`
    select payment.id, payment.account_id, payment.rail, payment.state, payment.amount, deposit.created_at as settled_at, going.is_going,
      case when exists (select from transfer undone where undone.reverses = payment.transfer_id) then 0
        else greatest(payment.amount - greatest(payment.taken_back, going.gone), 0) end::bigint as left,
      coalesce((select available from balance where balance.account_id = payment.account_id), 0)::bigint as available,
      (select wish.state from refund_wish wish where wish.payment_id = payment.id order by wish.asked_at desc, wish.id desc limit 1) as wish
    from payment join transfer deposit on deposit.id = payment.transfer_id cross join lateral (
      select coalesce(sum(refund.amount) filter (where refund.state not in ('cancelled', 'failed', 'refused')), 0)::bigint as gone,
        coalesce(bool_or(refund.state in ('asked', 'taken', 'sent')), false) as is_going
      from (select amount, state from rail_refund where payment_id = payment.id
        union all select amount, state from stripe_refund where payment_id = payment.id) refund
    ) going
    where ${where}`)
  return rows.map(({ account_id: accountId, settled_at: settledAt, is_going: isGoing, wish, ...row }) => ({
    ...{ ...row, accountId, settledAt, isGoing, wish: wish ?? undefined },
  }))
}

/** A payment by its id; undefined where its money did not come. */
export const findReturnable = async (database: Database, paymentId: string): Promise<ReturnablePayment | undefined> =>
  isUuid(paymentId) ? (await select(database, sql`payment.id = ${paymentId}::uuid`))[0] : undefined

/** The payments with these ids whose money came, by their ids. */
export const listReturnables = async (database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, ReturnablePayment>> =>
  new Map((await select(database, sql`payment.id = any(${[...ids]}::uuid[])`)).map((payment) => [payment.id, payment]))

/** A cent, in nano-USD: what cards and BTCPay Server count dollars in, and what less than a payment goes back in. */
const CENT = 10_000_000n
/** A millionth of a dollar, in nano-USD: what dollars on a chain are counted in. */
const MILLIONTH = 1_000n

/** The most of a payment that its account can have back now: what is left of it, or what is on the balance, down to a cent. */
export const mostOf = ({ left, available }: Pick<ReturnablePayment, 'left' | 'available'>): NanoUsd =>
  left <= available ? left : available - (available % CENT)

/** Whether an amount can go back by a rail. */
export const isWhole = (rail: RailName, amount: NanoUsd): boolean =>
  amount > 0n && amount % (rail === 'usdc' || rail === 'x402' ? MILLIONTH : CENT) === 0n

/**
 * Lets pass what of a payment its account may ask back now. Fails with refund_not_offered, refund_exceeds_payment, refund_never, refund_too_late,
 * refund_wish_open, refund_wish_declined, refund_on_its_way, balance_insufficient.
 */
export function requireReturnable(
  { policy, askOf, clock }: Pick<WishParts, 'policy' | 'askOf' | 'clock'>,
  payment: ReturnablePayment,
): void {
  const { rail, state, left, available, settledAt, isGoing, wish } = payment
  if (askOf(rail) === undefined || (state !== 'settled' && state !== 'refunded')) fail('refund_not_offered')
  if (isGoing) fail('refund_on_its_way')
  if (left === 0n) fail('refund_exceeds_payment')
  if (wish === 'open') fail('refund_wish_open')
  if (wish === 'declined') fail('refund_wish_declined')
  // Where a person decides, it may be asked.
  requireRefundable(policy, { by: 'operator', settledAt: settledAt.getTime(), now: clock.now() })
  if (mostOf(payment) === 0n) fail('balance_insufficient', { available: formatUsd(available) })
}
