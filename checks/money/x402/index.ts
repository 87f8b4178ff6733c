/** Checks of calls without a key that are paid for by x402, with a facilitator of this machine; they touch no chain and no facilitator outside. */
export { keylessPayments } from './keyless-payments.ts'
export { openTestRail, settingsFor, type TestRail } from './rail.ts'
export { type Draft, draftOf, headerOf, newWallet, PAY_TO, sign, type Wallet } from './wallet.ts'
