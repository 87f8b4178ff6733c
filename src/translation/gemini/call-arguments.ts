/** Members that hold what a function is called with, and what it gave: their numbers are kept as they were written. */
export const CALL_ARGUMENTS: ReadonlySet<string> = new Set(['args', 'response'])
