/** Calls without a key, paid for one by one by x402: each payment is checked here, carried out by a facilitator and credited once, before anything is served. */
export { x402Readers } from './cell-readers.ts'
export type { X402Claim, X402Claimed } from './claim.ts'
export { openX402Rail, type X402Rail, type X402RailParts } from './open-rail.ts'
export type { PayAnswer } from './pay.ts'
export type { X402Payment } from './payment.ts'
export { X402_DATA } from './personal-data.ts'
export { X402_FIELDS, type X402Settings, x402Block, x402SettingsOf } from './settings.ts'
export type { WalletDoors } from './wallets.ts'
