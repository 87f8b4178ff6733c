/** Calls without a key, paid for one by one by x402: what is asked, and the payment that comes with a call. Believes no payment itself. */
export { type KeylessCall, NOBODY, openKeyless, payForCall } from './pay-for-call.ts'
export { type KeylessTerms, keylessTermsOf } from './terms.ts'
