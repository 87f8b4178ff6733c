import type { NanoUsd, Random } from '../../../lib/index.ts'
import type { Route } from '../../../spec/index.ts'
import type { RouteHealth } from '../route-health.ts'

/** One way for a call, with what strategies look at. */
export type Way<Item> = {
  readonly item: Item
  readonly route: Pick<Route, 'serial' | 'priority' | 'weight'>
  readonly health: RouteHealth
  /** The most that the upstream can ask of us for this call; undefined when nobody said. */
  readonly cost: NanoUsd | undefined
}

/** What strategies choose by. */
export type Choosing = { readonly isStream: boolean; readonly random: Random }

/**
 * Puts ways in the order in which they are to be tried. Ways in one rank are as good as each other, so that one of them may be put first
 * for its warm cache; the order within a rank counts otherwise.
 */
export type OrderWays = <Item>(ways: readonly Way<Item>[], choosing: Choosing) => readonly (readonly Way<Item>[])[]

/** The share of a way beside those of the others; 1 where none was set. */
export const weightOf = ({ route }: Pick<Way<unknown>, 'route'>): number => route.weight ?? 1
