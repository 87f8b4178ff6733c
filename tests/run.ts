// `npm test`: everything that can be proven on one machine. Two rows of parts run side by side: what mostly waits, and what computes,
// which yields the processor to the first. The database tests run twice: on the PostgreSQL that comes with Farebox and on Debian's 15.
// Ends with one line: "N passed, N failed".
import {
  closingLine,
  findDebianPostgres,
  findTestFiles,
  isGood,
  NOTHING,
  type Part,
  prepareData,
  proveTier,
  runRows,
  runTestFiles,
  startServer,
} from './runner/index.ts'

const say = (text: string) => process.stdout.write(text)
// The checks end with figures of their own, which are not the closing line of this run.
const sayInset = (text: string) => say(text.replace(/^(?=.)/gm, '  '))
const files = findTestFiles()

const unitTests = async () => {
  const run = await runTestFiles({
    ...{ files: [...files.tidy, ...files.unit, ...files.slow], concurrency: 2, isYielding: true },
    ...{ secondsMax: 1800, onOutput: say },
  })
  return run.tally
}

const databaseTests = (version?: string) => async () => {
  const server = await startServer({ isYielding: true, ...(version === undefined ? {} : { version }) })
  try {
    const run = await runTestFiles({
      ...{ files: files.database, concurrency: 2, isYielding: true, env: server.env },
      ...{ secondsMax: 1800, onOutput: say },
    })
    return run.tally
  } finally {
    await server.stop()
  }
}

const olderDatabaseTests = async () => {
  const found = await findDebianPostgres()
  if ('version' in found) return databaseTests(found.version)()
  say(`  not run: ${found.notRun}\n`)
  return { ...NOTHING, skipped: 1 }
}

const data = await prepareData()

const wholeTests = async () => {
  const run = await runTestFiles({ files: files.whole, concurrency: 3, env: data.env, secondsMax: 1800, onOutput: say })
  return run.tally
}

const WAITING: readonly Part[] = [
  { name: 'tests of the whole process', run: wholeTests },
  { name: 'checks, pull-request tier', run: () => proveTier({ env: data.env, onOutput: sayInset }) },
]

const COMPUTING: readonly Part[] = [
  { name: 'unit tests', run: unitTests },
  { name: 'database tests, embedded PostgreSQL', run: databaseTests() },
  { name: 'database tests, Debian PostgreSQL 15', run: olderDatabaseTests },
]

const total = await runRows([WAITING, COMPUTING], say)
data.remove()
say(`\n${closingLine(total)}\n`)
process.exitCode = isGood(total) ? 0 : 1
