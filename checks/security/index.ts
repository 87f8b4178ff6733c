/** Checks of what strangers may try: at addresses, headers and replies; they attack no server but one of their own. */
export { abuseFlows } from './abuse/index.ts'
export { bruteForce } from './brute-force.ts'
export { fetchedAddresses } from './fetched-addresses.ts'
export { foreignIds } from './foreign-ids.ts'
export { headerHygiene } from './header-hygiene.ts'
export { hostileReplies } from './hostile-replies.ts'
export { pathTraversal } from './path-traversal.ts'
export { upstreamOverride } from './upstream-override.ts'
