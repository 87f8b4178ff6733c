/** Runs the project's own steps and test files and counts what came of them; never looks into what it runs. */
export { type Ended, runCommand } from './command.ts'
export { findDebianPostgres } from './debian-postgres.ts'
export { findTestFiles, type TestGroup } from './groups.ts'
export { runTestFiles, type TestRun } from './node-test.ts'
export { proveTier } from './prove.ts'
export { DATABASE_STEP, STEPS, type Step } from './steps.ts'
export { addTallies, closingLine, isGood, NOTHING, type Tally } from './tally.ts'
export { startServer, type TestServer } from './test-server.ts'
