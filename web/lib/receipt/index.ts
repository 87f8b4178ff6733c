/** Receipts checked in the browser, by what the server publishes for everybody: never asks, never trusts what a receipt says of itself. */
export { canonicalJson, type Plain } from './canonical-json.ts'
export type { PublishedKey, PublishedPrice, PublishedRoot, Receipt, ReceiptCall } from './shape.ts'
export { addUp, coveredOf, exactUsd, type SumLine, usdOfNano } from './sum.ts'
export { type CheckedStep, type Evidence, STEPS, type StepName, verifyReceipt } from './verify.ts'
