import type { SeededRandom } from '../../../sim/index.ts'

/** Something of the gateway or of control that reads bytes which strangers made. */
export type FuzzTarget = {
  /** Words and signs that mean something to it. */
  readonly dictionary: readonly string[]
  /** Longest input, in bytes. */
  readonly bytesMax: number
  /** An input made from nothing, mostly one that is in order. */
  readonly make: (random: SeededRandom) => Buffer
  /** Changes that know how its inputs are built; undefined: those of bytes alone. */
  readonly edit?: (input: Buffer, random: SeededRandom) => Buffer
  /**
   * Reads an input, from its bytes alone, and returns how many of what the target counts were in it. Throws BrokenRule where a rule does not
   * hold; anything else that it throws is a crash.
   */
  readonly read: (input: Buffer) => number | Promise<number>
}

/** A rule of a target that did not hold. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule'
}

/** Throws BrokenRule unless something holds. */
export function rule(holds: boolean, what: string): asserts holds {
  if (!holds) throw new BrokenRule(what)
}
