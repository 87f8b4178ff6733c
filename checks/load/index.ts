/** Checks of load: what is added to calls, how many are carried and how fairly, and months of rows. Each has a server of its own and judges times. */
export { addedLatency } from './added-latency.ts'
export { churn } from './churn.ts'
export { fairShare } from './fair-share.ts'
export { manyStreams } from './many-streams.ts'
export { ninetyDays } from './ninety-days.ts'
export { slowReaders } from './slow-readers.ts'
export { soak } from './soak.ts'
export { throughput } from './throughput.ts'
