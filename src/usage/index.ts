/** What was called, measured and charged, as rows and sums for people. Never writes and never changes a figure. */
export { readExportCodes } from './export-codes.ts'
export { keyUsage, type RecentUsage, type UsageSum } from './key-usage.ts'
export { lastUses } from './last-uses.ts'
export { type BillPage, type BillRow, listBill, type PostedSums } from './list-bill.ts'
export { listUsage, type UsagePage, type UsageRow } from './list-usage.ts'
export { USAGE_DATA } from './personal-data.ts'
export { type ShownPieces, type ShownTerms, type ShownTokens, type StoredUsage, usageOfStored } from './shown-usage.ts'
export { type KeySum, type PeriodsOfKey, type UsageAsked, usageByKey } from './usage-by-key.ts'
