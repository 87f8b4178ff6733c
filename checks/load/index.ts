/** Checks of load: rows of months and what is asked of them, and how fairly many calls are served. Each has a server of its own and judges times. */
export { fairShare } from './fair-share.ts'
export { ninetyDays } from './ninety-days.ts'
