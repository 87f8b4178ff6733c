/** Outside money that becomes transfers: one desk, and a rail for each way it comes in by; never sees a prompt or a card number. */
export { RailServerError } from './ask-json.ts'
export * from './desk.ts'
export * from './manual/index.ts'
export { PAYMENT_PURPOSES, PAYMENT_STATES, type Payment, type PaymentPurpose, type PaymentState, RAILS, type RailName } from './payment.ts'
export { PAYMENT_DATA } from './personal-data.ts'
export { countProblems, isCreditable, listProblems, lockProblem, type PaymentProblem, readProblem, resolveProblem } from './problems.ts'
export type { Delivery, DeliveryAnswer, Webhook } from './rail.ts'
export { type BtcpayRail, btcpayRefunds, btcpayReport, openBtcpayRail } from './rails/btcpay/index.ts'
export * from './rails/code/index.ts'
export {
  type AutoTopUp,
  CARD_RENEWAL_STATES,
  type CardRenewals,
  type OpenStripeOptions,
  openStripeApi,
  openStripeRail,
  queueErasure,
  REFUND_STATES,
  type Refund,
  type ShownAutoTopUp,
  type ShownCardRenewals,
  STRIPE_DATA,
  type StripeApi,
  type StripeRail,
  StripeRequestError,
  type StripeSettings,
  stripeSettingsOf,
  TOP_UP_STATES,
} from './rails/stripe/index.ts'
export {
  type AccountClaim,
  type ClaimDoors,
  type ClaimedAccount,
  DEPOSIT_WARNINGS,
  type DepositOffer,
  type DepositProgress,
  type DepositWarning,
  ExtendedKeyError,
  OWN_DEPOSIT_STATES,
  openUsdcRail,
  PROBLEMS as DEPOSIT_PROBLEMS,
  probeUsdc,
  USDC_DATA,
  type UsdcProbe,
  type UsdcRail,
  type UsdcSettings,
  usdcChain,
  usdcReaders,
  usdcSanctions,
  type VerifiedTopup,
} from './rails/usdc/index.ts'
export {
  openX402Rail,
  type PayAnswer,
  type WalletDoors,
  X402_DATA,
  type X402Payment,
  type X402Rail,
  type X402Settings,
  x402Readers,
} from './rails/x402/index.ts'
export * from './refunds/index.ts'
export * from './rules/index.ts'
export {
  PAYMENT_FIELDS,
  type PaymentSettings,
  paymentServers,
  paymentSettingsOf,
  paymentsBlock,
  type TopupRules,
  type WrittenPayments,
} from './settings.ts'
export { countOverdue, findByRef, findPayment, listPayments } from './store.ts'
export { totalPaidIn } from './total-paid-in.ts'
export * from './wishes/index.ts'
