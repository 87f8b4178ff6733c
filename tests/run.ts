// `npm test`: everything that can be proven on one machine. The database tests run twice: on the PostgreSQL that comes with Farebox
// and on Debian's 15. Ends with one line: "N passed, N failed".
import { existsSync } from 'node:fs'
import {
  addTallies,
  closingLine,
  findDebianPostgres,
  findTestFiles,
  isGood,
  NOTHING,
  proveTier,
  runTestFiles,
  startServer,
  type Tally,
} from './runner/index.ts'

const say = (text: string) => process.stdout.write(text)
// The checks end with figures of their own, which are not the closing line of this run.
const sayInset = (text: string) => say(text.replace(/^(?=.)/gm, '  '))
const files = findTestFiles()

/** One part of the suite: a heading, then what it tells as it runs, then its figures; a part that breaks is one failure. */
async function part(name: string, run: () => Promise<Tally>): Promise<Tally> {
  say(`${name}\n`)
  const began = performance.now()
  const tally = await run().catch((error: unknown) => {
    say(`FAILED ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return { ...NOTHING, failed: 1 }
  })
  say(`  = ${closingLine(tally)} in ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
  return tally
}

const unitTests = async () => {
  const run = await runTestFiles({ files: [...files.tidy, ...files.unit, ...files.slow], concurrency: 2, secondsMax: 900, onOutput: say })
  return run.tally
}

const databaseTests = (version?: string) => async () => {
  if (files.database.length === 0) return NOTHING
  const server = await startServer(version)
  try {
    const run = await runTestFiles({
      files: files.database,
      concurrency: 2,
      env: server.env,
      secondsMax: 900,
      onOutput: say,
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

const wholeTests = async () => {
  const run = await runTestFiles({ files: files.whole, concurrency: 1, secondsMax: 1800, onOutput: say })
  return run.tally
}

const tallies = [
  await part('unit tests', unitTests),
  await part('database tests, embedded PostgreSQL', databaseTests()),
  await part('database tests, Debian PostgreSQL 15', olderDatabaseTests),
  await part('tests of the whole process', wholeTests),
  ...(existsSync('src/commands/prove.ts') ? [await part('checks, pull-request tier', () => proveTier(sayInset))] : []),
]
const total = addTallies(...tallies)
say(`\n${closingLine(total)}\n`)
process.exitCode = isGood(total) ? 0 : 1
