import type { CheckContext } from './check.ts'

const BEFORE_A_MERGE = 4

/** How long something may take, in milliseconds: what is promised, and before a merge four times as long, as other tests run beside the check. */
export const timeLimit = ({ tier }: Pick<CheckContext, 'tier'>, promisedMs: number): number =>
  tier === 'pr' ? BEFORE_A_MERGE * promisedMs : promisedMs
