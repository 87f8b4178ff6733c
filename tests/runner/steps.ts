import { runCommand } from './command.ts'
import { findTestFiles, type TestGroup, TOGETHER_MAX } from './groups.ts'
import { runTestFiles } from './node-test.ts'
import { closingLine } from './tally.ts'
import { startServer } from './test-server.ts'

/** What a step of the check says: good or not, a few words when good, all it has to say when not. */
export type StepResult = { readonly isGood: boolean; readonly words: string; readonly output: string }

/** One step of the check. */
export type Step = { readonly name: string; readonly run: () => Promise<StepResult> }

const SECONDS_MAX = 300

const tool = (name: string, args: readonly string[]): Step => ({
  name,
  run: async () => {
    const { code, output } = await runCommand({ command: name, args, secondsMax: SECONDS_MAX })
    return { isGood: code === 0, words: '', output }
  },
})

/** The steps of `npm run check`; the longest ones first, so that two at a time end soonest. */
export const STEPS: readonly Step[] = [
  testStep('unit', { group: 'unit' }),
  testStep('tidy', { group: 'tidy' }),
  { name: 'imports', run: checkImports },
  { ...tool('tsc', ['--noEmit']), name: 'types' },
  { ...tool('oxlint', ['--type-aware', '--deny-warnings']), name: 'lint' },
  { ...tool('biome', ['check', '--error-on-warnings', '.']), name: 'format' },
]

/** The database tests, which `npm run check -- --database` runs too. */
export const DATABASE_STEP: Step = { name: 'database', run: runDatabaseTests }

type TestStep = { readonly group: TestGroup; readonly env?: Readonly<Record<string, string>> }

function testStep(name: string, how: TestStep): Step {
  return { name, run: () => runTests(how) }
}

async function runTests({ group, ...how }: TestStep): Promise<StepResult> {
  // What takes long is for npm test.
  const files = findTestFiles()[group].filter((path) => !path.endsWith('.slow.test.ts'))
  const run = await runTestFiles({ ...how, togetherMax: TOGETHER_MAX[group], concurrency: 2, files, secondsMax: SECONDS_MAX })
  return { isGood: run.tally.failed === 0, words: closingLine(run.tally), output: run.output }
}

async function runDatabaseTests(): Promise<StepResult> {
  if (findTestFiles().database.length === 0) return { isGood: true, words: 'none', output: '' }
  try {
    const server = await startServer()
    try {
      return await runTests({ group: 'database', env: server.env })
    } finally {
      await server.stop()
    }
  } catch (error) {
    return {
      isGood: false,
      words: 'the server did not start',
      output: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

type Cruised = {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[]
  }
}

const FOLDERS = ['src', 'sim', 'checks', 'bench', 'tests', 'packaging']
const MODULES_MIN = 50

/** The import table; a run that saw almost no modules proves nothing, so it fails. */
async function checkImports(): Promise<StepResult> {
  const { code, output } = await runCommand({ command: 'depcruise', args: [...FOLDERS, '--output-type', 'json'], secondsMax: SECONDS_MAX })
  if (!output.trimStart().startsWith('{')) return { isGood: false, words: '', output: `depcruise ended with ${code}\n${output}` }
  const { totalCruised, violations } = (JSON.parse(output) as Cruised).summary
  const lines = violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
  const tooFew = totalCruised < MODULES_MIN ? [`only ${totalCruised} modules were seen: the table was not checked`] : []
  return {
    isGood: code === 0 && violations.length === 0 && tooFew.length === 0,
    words: `${totalCruised} modules`,
    output: [...lines, ...tooFew, ''].join('\n'),
  }
}
