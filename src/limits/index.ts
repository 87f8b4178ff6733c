/** Limits on requests, tokens and concurrent calls. Never knows money or content. */
export { type Admission, LimitBook, type LimitReport, type Permits, type Subject } from './limit-book.ts'
