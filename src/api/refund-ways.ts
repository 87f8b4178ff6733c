import type { Database } from '../db/index.ts'
import { FailureError, fail } from '../failures.ts'
import { errorCode, type NanoUsd } from '../lib/index.ts'
import {
  findPayment,
  isRefundRail,
  type RailName,
  type RailRefundState,
  type Refund,
  type RefundAsker,
  type RefundDesk,
  type StripeRail,
  type WishParts,
} from '../payments/index.ts'
import type { ApiDependencies } from './dependencies.ts'

/** What is asked back of a payment, in nano-USD, and by whom. */
export type RefundAsked = { readonly paymentId: string; readonly amount: NanoUsd; readonly by: RefundAsker }

/** Money on its way back, whichever way it came. */
export type GoingRefund = {
  readonly id: string
  readonly paymentId: string
  readonly amount: NanoUsd
  readonly askedAt: Date
  readonly state: RailRefundState | Refund['state']
  readonly outcome: string | undefined
  readonly origin?: 'here' | 'stripe'
}

/** How money of one way to pay goes back. */
export type RefundWay = {
  readonly ask: (tx: Database, asked: RefundAsked) => Promise<GoingRefund>
  readonly carryOn: (id: string) => Promise<GoingRefund | undefined>
  readonly of: (paymentId: string) => Promise<readonly GoingRefund[]>
}

type Rails = Pick<ApiDependencies, 'stripe' | 'refunds'>

/** The way that a payment was paid by. Fails with payment_unknown, also where what it was paid by is not set up. */
export async function refundWayOf(
  { appDatabase, ...rails }: Rails & Pick<ApiDependencies, 'appDatabase'>,
  paymentId: string,
): Promise<RefundWay> {
  const payment = await findPayment(appDatabase, paymentId)
  if (payment !== undefined && isRefundRail(payment.rail))
    return rails.refunds === undefined ? fail('payment_unknown') : coinWay(rails.refunds)
  return rails.stripe === undefined ? fail('payment_unknown') : cardWay(rails.stripe)
}

/** What money that customers ask back is judged by and given back with. */
export const wishPartsOf = (
  dependencies: Rails & Pick<ApiDependencies, 'ledger' | 'subjects' | 'paymentSettings' | 'clock' | 'ids'>,
): WishParts => ({
  ...{ ledger: dependencies.ledger, sealing: dependencies.subjects, policy: dependencies.paymentSettings.rules.refunds },
  ...{ clock: dependencies.clock, ids: dependencies.ids, askOf: (rail) => wayOfRail(dependencies, rail)?.ask },
})

function wayOfRail({ stripe, refunds }: Rails, rail: RailName): RefundWay | undefined {
  if (isRefundRail(rail)) return refunds && coinWay(refunds)
  return rail === 'stripe' && stripe !== undefined ? cardWay(stripe) : undefined
}

const coinWay = (refunds: RefundDesk): RefundWay => ({ ask: refunds.ask, carryOn: refunds.carryOn, of: refunds.listOf })
const cardWay = (stripe: StripeRail): RefundWay => ({ ask: stripe.askRefund, carryOn: stripe.carryOnRefund, of: stripe.refundsOf })

/** Takes a refund that is written down as far as it goes now, and tells how far that is: what is not done now is carried on, and is no failure of the request. */
export async function carryOnNow(
  dependencies: Rails & Pick<ApiDependencies, 'appDatabase' | 'log'>,
  { paymentId, id }: { readonly paymentId: string; readonly id: string },
): Promise<GoingRefund | undefined> {
  const way = await refundWayOf(dependencies, paymentId)
  const refund = await carryOn(way, id).catch((thrown: unknown) => {
    dependencies.log({ event: 'refund-stuck', payment: paymentId, code: errorCode(thrown) })
    return undefined
  })
  return refund ?? (await way.of(paymentId)).find((known) => known.id === id)
}

/** A processor that cannot be reached now has it later. */
async function carryOn(way: RefundWay, id: string): Promise<GoingRefund | undefined> {
  try {
    return await way.carryOn(id)
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'rail_unavailable') return undefined
    throw thrown
  }
}
