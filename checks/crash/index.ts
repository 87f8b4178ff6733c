/** Checks of crashes and faults: kills, outages, bad upstreams; they harm no process but those of a world of their own. */
export { clockSteps } from './clock-steps.ts'
export { databaseDown } from './database-down.ts'
export { frameSplits } from './frame-splits.ts'
export { kills } from './kills.ts'
export { lossBound } from './loss-bound.ts'
export { sigterm } from './sigterm.ts'
export { twoServers } from './two-servers.ts'
export { upstreamFaults } from './upstream-faults.ts'
