import { DatabaseError, isDatabaseError } from '../db/index.ts'

/**
 * Whether the database refuses the data itself, so that trying again changes nothing: classes 22 and 23 of PostgreSQL 18 appendix A
 * (2026-11), but for 23001, which says that the day of the commit has ended. Whatever else fails is tried until it succeeds.
 */
export const isRefusal = (thrown: unknown): boolean => thrown instanceof DatabaseError && /^2[23]/.test(thrown.code) && !isDayEnded(thrown)

/** Whether a day takes no calls any more, which the commit that ended it says. */
export const isDayEnded = (thrown: unknown): boolean => isDatabaseError(thrown, '23001')

/**
 * Whether the database undid all of it for another's sake and is well: a deadlock or a serialization failure, of class 40 of PostgreSQL 18
 * appendix A (2026-11). 40003 is not, as there nobody knows.
 */
export const isUndone = (thrown: unknown): boolean => isDatabaseError(thrown, '40P01') || isDatabaseError(thrown, '40001')
