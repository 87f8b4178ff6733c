/** Receipts that anyone can check: hashes over calls, signed roots, daily roots. Reads settled calls and never changes what one cost. */
export { canonicalJson } from './canonical-json.ts'
export { type DayRoot, type DayRootPage, listDayRoots, sealDays } from './day-roots.ts'
export { RECEIPT_DATA } from './personal-data.ts'
export { findReceipt, type ReceiptWanted } from './read-receipt.ts'
export { type ReceiptCall, type ShownReceipt, shownReceipt } from './shape.ts'
export { signCommits } from './sign-commits.ts'
export { listPublicKeys, openSigner, type PublicKey, type Signer } from './signing-keys.ts'
export { type Checked, type Evidence, readDayRoots, readPublicKeys, verifyReceipt } from './verify-receipt.ts'
