import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { COMPILED_ONCE, runCommand } from './command.ts'
import { addTallies, NOTHING, type Tally } from './tally.ts'

/** What a run of test files gave; `output` tells each failure. */
export type TestRun = { readonly tally: Tally; readonly output: string; readonly milliseconds: number }

/** Which files to run, each in a process of its own, `concurrency` of them at a time; or up to `togetherMax` in each process. */
export type TestOrder = {
  readonly files: readonly string[]
  readonly concurrency: number
  /** For files that leave their process as it was: to start one costs more than most of them take. */
  readonly togetherMax?: number | undefined
  readonly env?: Readonly<Record<string, string>>
  readonly secondsMax: number
  /** Whether others get the processor first. */
  readonly isYielding?: boolean
  /** Sees what the run tells, as it tells it. */
  readonly onOutput?: (text: string) => void
}

const REPORTER = new URL('./reporter.ts', import.meta.url).href
const TOGETHER = fileURLToPath(new URL('./together.ts', import.meta.url))

/** Runs test files under `node --test`; a run that breaks, hangs or dies counts as one failure more. */
export async function runTestFiles(order: TestOrder): Promise<TestRun> {
  if (order.togetherMax === undefined) return runOnce(order, ['--test', `--test-concurrency=${order.concurrency}`])
  const began = performance.now()
  const waiting = [...sharesOf(order, order.togetherMax)]
  const runs: TestRun[] = []
  const runNext = async (): Promise<void> => {
    for (let files = waiting.shift(); files !== undefined; files = waiting.shift())
      runs.push(await runOnce({ ...order, files }, [TOGETHER]))
  }
  await Promise.all(Array.from({ length: order.concurrency }, runNext))
  return {
    tally: addTallies(...runs.map(({ tally }) => tally)),
    output: runs.map(({ output }) => output).join(''),
    milliseconds: performance.now() - began,
  }
}

/** What a file says that shares no process, and why. */
const ALONE = /^\/\/ Alone in its process: /m

/** Files that are run in one process each time. */
function sharesOf({ files, concurrency }: TestOrder, togetherMax: number): readonly (readonly string[])[] {
  const isAlone = (file: string): boolean => ALONE.test(readFileSync(file, 'utf8'))
  const others = files.filter((file) => !isAlone(file))
  const each = Math.max(1, Math.min(togetherMax, Math.ceil(others.length / concurrency)))
  const processes = Math.ceil(others.length / each)
  const shared = Array.from({ length: processes }, (_, share) => others.filter((__, index) => index % processes === share))
  return [...shared, ...files.filter(isAlone).map((file) => [file])]
}

async function runOnce(order: TestOrder, how: readonly string[]): Promise<TestRun> {
  if (order.files.length === 0) return { tally: NOTHING, output: '', milliseconds: 0 }
  const { code, output, milliseconds } = await runCommand({
    command: 'node',
    args: [
      '--disable-warning=ExperimentalWarning',
      `--test-reporter=${REPORTER}`,
      '--test-reporter-destination=stdout',
      ...how,
      ...order.files,
    ],
    secondsMax: order.secondsMax,
    env: { ...COMPILED_ONCE, ...order.env },
    ...(order.isYielding === undefined ? {} : { isYielding: order.isYielding }),
    ...(order.onOutput === undefined ? {} : { onOutput: withoutTally(order.onOutput) }),
  })
  const counted = readTally(output)
  const text = output.replace(/^tally \{.*\}\n/m, '')
  const tally = counted ?? { ...NOTHING, failed: 1 }
  const isUnexplained = code !== 0 && tally.failed === 0
  return {
    tally: isUnexplained ? { ...tally, failed: 1 } : tally,
    output: isUnexplained ? `${text}ended with ${code}\n` : text,
    milliseconds,
  }
}

const withoutTally = (tell: (text: string) => void) => (text: string) => tell(text.replace(/^tally \{.*\}\n/m, ''))

function readTally(output: string): Tally | undefined {
  const line = /^tally (\{.*\})$/m.exec(output)?.[1]
  return line === undefined ? undefined : (JSON.parse(line) as Tally)
}
