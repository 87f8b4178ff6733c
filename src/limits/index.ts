/** Limits on requests, tokens, concurrent calls and hours of the day. Never knows money or content. */
export { type Admission, LimitBook, type LimitReport, type Permits, type Subject } from './limit-book.ts'
export type { LimitStore } from './limit-store.ts'
export type { Limits } from './limits.ts'
export { readMinute, type UsedInMinute } from './read-minute.ts'
export { SharedLimits } from './shared-limits.ts'
export { millisToOpen } from './time-block.ts'
export { openValkeyStore, type ValkeyStore } from './valkey-store.ts'
