// `npm test`: everything that can be proven on one machine. Two rows of parts run side by side: what mostly waits, and what computes,
// which yields the processor to the first. The database tests run on the PostgreSQL that comes with Farebox, and those of the tables, books
// and keys on Debian's 15 too; `npm test -- --older-server` runs all of them there, and nothing else.
// Ends with what failed, told once more, and one line: "N passed, N failed".
import {
  closingLine,
  failuresIn,
  findDebianPostgres,
  findTestFiles,
  isGood,
  NOTHING,
  type Part,
  prepareData,
  preparePackage,
  proveTier,
  readOrder,
  runRows,
  runTestFiles,
  type ServerOrder,
  startServer,
  type Tally,
  type TestOrder,
  TOGETHER_MAX,
} from './runner/index.ts'

const say = (text: string) => process.stdout.write(text)
const asked = readOrder(process.argv.slice(2))
if ('text' in asked) {
  process.stderr.write(asked.text)
  process.exit(asked.exitCode)
}
// The checks end with figures of their own, which are not the closing line of this run.
const sayInset = (text: string) => say(text.replace(/^(?=.)/gm, '  '))
const failures: string[] = []
const keepFailures = (output: string) => failures.push(...failuresIn(output))
const files = findTestFiles()

/** Runs what computes: two files at a time, when nobody else wants the processor. */
const compute = async (paths: readonly string[], how: Partial<TestOrder> = {}): Promise<Tally> => {
  const run = await runTestFiles({ concurrency: 2, isYielding: true, secondsMax: 1800, onOutput: say, ...how, files: paths })
  keepFailures(run.output)
  return run.tally
}

const onServer = async (paths: readonly string[], order: ServerOrder): Promise<Tally> => {
  const server = await startServer({ ...order, isYielding: true })
  try {
    return await compute(paths, { env: server.env, togetherMax: TOGETHER_MAX.database })
  } finally {
    await server.stop()
  }
}

/** The folders whose SQL is of the server, rather than of what is sold: tables, partitions, books, keys, rows of usage. The others ask plain questions. */
const ASKED_TWICE = ['db', 'ledger', 'control', 'receipts', 'usage', 'retention', 'privacy', 'catalog', 'reconcile']

/** The database tests on the older server: those of the folders above, or all of them with `npm test -- --older-server`. */
const olderDatabaseTests = async (isWhole: boolean) => {
  const found = await findDebianPostgres()
  if ('version' in found) {
    const twice = files.database.filter((file) => isWhole || ASKED_TWICE.includes(file.split('/')[1] ?? ''))
    say(`  not run again: ${files.database.length - twice.length} files whose SQL is plain\n`)
    return onServer(twice, found)
  }
  say(`  not run: ${found.notRun}\n`)
  return { ...NOTHING, skipped: 1 }
}

// The package first: a run that has none ends here, and leaves nothing behind.
const program = await preparePackage()
const data = await prepareData()
const prepared = { ...data.env, ...program.env }

const wholeTests = async () => {
  const run = await runTestFiles({ files: files.whole, concurrency: 3, env: prepared, secondsMax: 1800, onOutput: say })
  keepFailures(run.output)
  return run.tally
}

const wholeTier = () => {
  const onOutput = (output: string) => {
    sayInset(output)
    keepFailures(output)
  }
  return proveTier({ env: prepared, onOutput })
}

const WAITING: readonly Part[] = [
  { name: 'tests of the whole process', run: wholeTests },
  { name: 'checks, pull-request tier', run: wholeTier },
]

const COMPUTING: readonly Part[] = [
  { name: 'unit tests', run: () => compute(files.unit, { togetherMax: TOGETHER_MAX.unit }) },
  { name: 'tests of the tree, and slow ones', run: () => compute([...files.tidy, ...files.slow]) },
  { name: 'database tests, embedded PostgreSQL', run: () => onServer(files.database, {}) },
  { name: 'database tests, Debian PostgreSQL 15', run: () => olderDatabaseTests(false) },
]

const OLDER: readonly Part[] = [{ name: 'all database tests, Debian PostgreSQL 15', run: () => olderDatabaseTests(true) }]

const total = await runRows(asked.isOlderServer ? [OLDER] : [WAITING, COMPUTING], say)
data.remove()
program.remove()
if (failures.length > 0) say(`\nWhat failed:\n${failures.join('\n')}\n`)
say(`\n${closingLine(total)}\n`)
process.exitCode = isGood(total) ? 0 : 1
