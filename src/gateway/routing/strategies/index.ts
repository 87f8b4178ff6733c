/** The ways in which a model's routes are chosen among, one file each; none looks at what is asked. */
import type { Strategy } from '../../../spec/index.ts'
import { byCost } from './cheapest.ts'
import { byBusyness } from './least-busy.ts'
import { byLatency } from './lowest-latency.ts'
import { byPriority } from './priority.ts'
import type { OrderWays } from './strategy.ts'
import { byWeight } from './weighted.ts'

export type { Choosing, OrderWays, Way } from './strategy.ts'

/** Each strategy by its name. */
export const ORDERS: Readonly<Record<Strategy, OrderWays>> = {
  priority: byPriority,
  weighted: byWeight,
  cheapest: byCost,
  'lowest-latency': byLatency,
  'least-busy': byBusyness,
}
