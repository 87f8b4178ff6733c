/** What every check is and how it is run; knows no check and nothing of Farebox. */
export * from './check.ts'
export * from './left-running.ts'
export * from './run.ts'
export * from './time-limit.ts'
