import type { World } from '../world.ts'

/** What a node's log says of whom it counts limits with, the latest last. */
const told = (world: World): readonly string[] =>
  [...world.log().matchAll(/"event":"(limits-(?:alone|shared))"/g)].map(([, name = '']) => name)

/** Whether a node counts limits with the others now. */
export const countsTogether = (world: World): boolean => told(world).at(-1) === 'limits-shared'

/** How often nodes have begun to count limits alone, as Valkey had not answered within 200 ms, or not at all. */
export const timesAlone = (worlds: readonly World[]): number =>
  worlds.reduce((sum, world) => sum + told(world).filter((name) => name === 'limits-alone').length, 0)
