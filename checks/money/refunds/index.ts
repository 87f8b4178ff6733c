/** Checks of money that goes back to whoever paid in coins: against a simulated chain, with crashes; they touch no chain outside. */
export { refundHistories } from './histories.ts'
export { type PlayedRefunds, playRefunds, type RefundMove, refundMove } from './history.ts'
export { newWallet, type RefundWallet } from './wallet.ts'
export { explainRefunds, failureOf, openRefundWorld, type RefundWorld, SERVICE } from './world.ts'
