/** The rules that money comes in by: gifts with payments, referrals, refunds. Never gives more than a rule says, nor twice. */
export { alertOf, type BalanceCrossing, type CrossingMailer, noteCrossings, setAlert, tellCrossings } from './balance-alerts.ts'
export { type ExpiryParts, expirePromotions } from './expire-promotions.ts'
export { bookGifts, type GiftParts, giveForPayment, promiseForSignup, type SignupGift } from './give.ts'
export { notePromo, noteReferral, referralCodeOf, requirePromo } from './offers.ts'
export { RULE_DATA } from './personal-data.ts'
export { countShortNotices, type PriceMailer, queuePriceNotices, sendPriceNotices } from './price-notices.ts'
export { type PaymentRules, type RefundPolicy, refundable } from './rules.ts'
export { RULE_FIELDS, ruleShape, rulesOf, type WrittenRules } from './rules-schema.ts'
