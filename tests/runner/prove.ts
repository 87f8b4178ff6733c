import { CHECKS, type Check } from '../../checks/index.ts'
import { inParallel } from '../../checks/parallel.ts'
import { runCommand } from './command.ts'
import { addTallies, NOTHING, type Tally } from './tally.ts'

/** The JSON line of one check; one that could not run says why in `notRun`. */
export type CheckLine = { readonly id: string; readonly failures?: number; readonly notRun?: string }

const SECONDS_MAX = 1800
const AT_ONCE = 3
/** Checks that share a process, which costs more to start than some of them to run. */
const TOGETHER = 4

/**
 * Runs the pull-request tier of the check catalogue, several checks at a time, after those that hold Farebox to seconds, which run alone;
 * each check is one passed, failed or, where this host cannot run it, skipped. What a process of checks printed is told when it ends.
 */
export async function proveTier(onOutput: (text: string) => void): Promise<Tally> {
  const checks = CHECKS.filter(({ sizes }) => sizes.pr > 0)
  const prove = async (some: readonly Check[]): Promise<Tally> => {
    const ids = some.map(({ id }) => id)
    const { code, output } = await runCommand({ command: 'node', args: ['src/main.ts', 'prove', ...ids], secondsMax: SECONDS_MAX })
    onOutput(output)
    return tallyOfChecks(output, { code, ids })
  }
  const alone = await prove(checks.filter(({ isTimed }) => isTimed === true))
  const others = checks.filter(({ isTimed }) => isTimed !== true)
  return addTallies(alone, ...(await inParallel(inGroups(others), AT_ONCE, prove)))
}

const inGroups = (checks: readonly Check[]): readonly (readonly Check[])[] =>
  Array.from({ length: Math.ceil(checks.length / TOGETHER) }, (_, index) => checks.slice(index * TOGETHER, (index + 1) * TOGETHER))

/** Which checks were asked for, and how their process ended. */
type Asked = { readonly code: number; readonly ids: readonly string[] }

/** The tally of what a run of checks printed: one that was asked for and is not told of failed, and so did the run when it ended badly without saying why. */
export function tallyOfChecks(output: string, { code, ids }: Asked): Tally {
  const lines = readCheckLines(output)
  const untold = ids.filter((id) => !lines.some((line) => line.id === id)).length
  const skipped = lines.filter(({ notRun }) => notRun !== undefined).length
  const failed = lines.filter(({ notRun, failures }) => notRun === undefined && failures !== 0).length
  const isUnexplained = code !== 0 && failed + untold === 0
  return { ...NOTHING, passed: lines.length - skipped - failed, failed: failed + untold + (isUnexplained ? 1 : 0), skipped }
}

/** The JSON lines of checks among what was printed. */
export function readCheckLines(output: string): readonly CheckLine[] {
  return output.split('\n').flatMap((line) => (line.startsWith('{"id"') ? [JSON.parse(line) as CheckLine] : []))
}
