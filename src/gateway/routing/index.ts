/** Where calls go: how routes and keys do, in what order they are tried, and which are allowed. Never looks at what is asked or answered. */
export { AffinityBook } from './affinity.ts'
export type { Attempt } from './attempt.ts'
export { HealthBook } from './health-book.ts'
export { Itinerary, type Stop } from './itinerary.ts'
export { orderWays } from './order-ways.ts'
export { type Permission, permitted } from './permitted.ts'
export { type CallRules, readCallRules } from './read-rules.ts'
export { type Trouble, troubleOfReply, troubleOfThrown } from './trouble.ts'
