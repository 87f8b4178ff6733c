/** Checks of plans and pools: what is sold, charged and given back; each on a database of its own. */
export { renewals } from './renewals.ts'
export { seats } from './seats.ts'
