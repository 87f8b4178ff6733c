import type { CheckoutRail, ManagePorts } from '../api/index.ts'
import type { BtcpayRail } from '../payments/index.ts'
import { attachKey, listAttached, type PlanParts, planShop, poolShop } from '../plans/index.ts'

/** What can be sold, and the ways to pay that are configured. */
export type ShopParts = { readonly btcpay: BtcpayRail | undefined; readonly plans: PlanParts }

/** What is sold to customers through the management interface, and by which ways it is paid. */
export const openShop = ({ btcpay, plans }: ShopParts): ManagePorts => ({
  plans: planShop(plans),
  pools: poolShop(plans),
  subscriptionKeys: { attach: attachKey, of: (accountId) => listAttached(plans.database, accountId) },
  rails: { ...(btcpay === undefined ? {} : { btcpay: byInvoice(btcpay) }) },
})

const byInvoice = (rail: BtcpayRail): CheckoutRail => ({
  begin: async (order) => {
    const { payment, url } = await rail.checkout({ ...order, paymentId: order.orderId })
    return { kind: 'page', url, sessionId: payment.railRef ?? payment.id, paymentId: payment.id }
  },
})
