import type { AgentDesk, CheckoutRail, ManagePorts } from '../api/index.ts'
import { fail } from '../failures.ts'
import type { BtcpayRail, DepositOffer, StripeRail, UsdcRail } from '../payments/index.ts'
import { attachKey, listAttached, type PlanParts, planShop, poolShop } from '../plans/index.ts'
import { endUserBook } from './end-users.ts'

/** What of USDC is sold through. */
export type PaidByAddress = Pick<UsdcRail, 'offer' | 'order' | 'verifyTopup' | 'claims'>

/** What can be sold, and the ways to pay that are configured. */
export type ShopParts = {
  readonly btcpay: BtcpayRail | undefined
  readonly stripe: Pick<StripeRail, 'checkout'> | undefined
  readonly usdc: PaidByAddress | undefined
  readonly plans: PlanParts
}

/** What is sold to customers through the management interface, and by which ways it is paid. */
export const openShop = ({ btcpay, stripe, usdc, plans }: ShopParts): ManagePorts => ({
  plans: planShop(plans),
  pools: poolShop(plans),
  endUsers: endUserBook(plans.database, plans.subjects),
  subscriptionKeys: { attach: attachKey, of: (accountId) => listAttached(plans.database, accountId) },
  rails: {
    ...(stripe === undefined ? {} : { stripe: byCard(stripe) }),
    ...(btcpay === undefined ? {} : { btcpay: byInvoice(btcpay) }),
    ...(usdc === undefined ? {} : { usdc: byAddress(usdc) }),
  },
  ...(usdc?.claims === undefined ? {} : { agents: byClaim(usdc.claims) }),
})

const byCard = (rail: Pick<StripeRail, 'checkout'>): CheckoutRail => ({
  begin: async ({ orderId, ...order }) => {
    const { sessionId, sessionUrl, paymentId } = await rail.checkout({ ...order, paymentId: orderId })
    return { kind: 'page', url: sessionUrl, sessionId, paymentId }
  },
})

const byInvoice = (rail: BtcpayRail): CheckoutRail => ({
  begin: async (order) => {
    const { payment, url } = await rail.checkout({ ...order, paymentId: order.orderId })
    return { kind: 'page', url, sessionId: payment.railRef ?? payment.id, paymentId: payment.id }
  },
})

/** Money that comes to an address is balance; what was ordered is bought of it as soon as it is there. */
const byAddress = (rail: PaidByAddress): CheckoutRail => ({
  begin: async ({ orderId, ...order }) => {
    if (order.purpose.kind === 'topup') return { kind: 'address', ...addressOf(await rail.offer(order.accountId, order.amount)) }
    return { kind: 'address', ...addressOf(await rail.order({ ...order, orderId })), paymentId: orderId }
  },
  verify: async (sent) => ({ credited: (await rail.verifyTopup(sent)).amount }),
})

const ONE_USD = 1_000_000_000n

const byClaim = (claims: NonNullable<PaidByAddress['claims']>): AgentDesk => ({
  payTo: () => addressOf(claims.offer(ONE_USD)),
  claimMessage: claims.messageFor,
  claim: async (claim) => {
    const { accountId, keyId, secret, amount } = await claims.claim(claim)
    return { accountId, keyId, apiKey: secret, credited: amount }
  },
})

function addressOf({ address, chains, warnings }: DepositOffer) {
  const [chain] = chains
  if (chain === undefined) return fail('internal')
  return {
    ...{ address, chain: chain.name, token: chain.token, tokenSymbol: chain.symbol, uri: chain.uri },
    ...{ warnings: warnings.map(({ text }) => text), warningCodes: warnings.map(({ code, values }) => ({ code, values })) },
  }
}
