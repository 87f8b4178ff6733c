/** Limits on requests, tokens, concurrent calls and hours of the day. Never knows money or content. */
export { type Admission, LimitBook, type LimitReport, type Permits, type Subject } from './limit-book.ts'
export { millisToOpen } from './time-block.ts'
