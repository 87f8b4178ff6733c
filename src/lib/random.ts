import { randomInt } from 'node:crypto'

/** A number from 0 up to, but not, 1; handed down so that tests can repeat what chance did. */
export type Random = () => number

const STEPS = 2 ** 47

/** The machine's own chance. */
export const systemRandom: Random = () => randomInt(STEPS) / STEPS
