/** Codes that are redeemed once for credit: made in batches, kept as hashes alone. Never tells a code a second time. */
export { hashCode, readCode } from './code-format.ts'
export { codeReport } from './code-report.ts'
export { GUESSES_MAX, noteGuess, refuseGuessers } from './guesses.ts'
export {
  approveBatch,
  CODES_MAX,
  codesOf,
  disableBatch,
  listBatches,
  makeBatch,
  type NewBatch,
  REDEEM_KINDS,
  type RedeemBatch,
  type RedeemKind,
} from './make-batch.ts'
export { REDEEM_DATA } from './personal-data.ts'
export { type ClaimedCode, claimCode, payCode, payLeftCodes, type Redeeming, type RedeemParts } from './redeem.ts'
