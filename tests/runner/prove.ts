import { CHECKS, type Check } from '../../checks/index.ts'
import { inParallel } from '../../checks/parallel.ts'
import { tallyOfChecks, untoldIn } from './check-lines.ts'
import { COMPILED_ONCE, runCommand } from './command.ts'
import { addTallies, NOTHING, type Tally } from './tally.ts'

const SECONDS_MAX = 1800
const AT_ONCE = 3
/** Checks that share a process, which costs more to start than some of them to run. */
const TOGETHER = 4

/** More of the environment that the checks get, and who sees what they print. */
export type ProveOrder = { readonly env?: Readonly<Record<string, string>>; readonly onOutput: (text: string) => void }

/**
 * Runs the pull-request tier of the check catalogue, several checks at a time, after those that hold Farebox to seconds, which run alone;
 * each check is one passed, failed or, where this host cannot run it, skipped. What a process of checks printed is told when it ends.
 */
export async function proveTier({ env = {}, onOutput }: ProveOrder): Promise<Tally> {
  const checks = CHECKS.filter(({ sizes }) => sizes.pr > 0)
  const prove = async (some: readonly Check[]): Promise<Tally> => {
    const ids = some.map(({ id }) => id)
    if (ids.length === 0) return NOTHING
    const { code, output } = await runCommand({
      ...{ command: 'node', args: ['src/main.ts', 'prove', ...ids] },
      ...{ env: { ...COMPILED_ONCE, ...env }, secondsMax: SECONDS_MAX },
    })
    const untold = untoldIn(output, ids)
    onOutput(untold.length === 0 ? output : `${output}\nFAILED ${untold.join(', ')}: no line, ended with ${code}\n`)
    return tallyOfChecks(output, { code, ids })
  }
  const alone = await prove(checks.filter(({ isTimed }) => isTimed === true))
  const others = checks.filter(({ isTimed }) => isTimed !== true)
  return addTallies(alone, ...(await inParallel(inGroups(others), AT_ONCE, prove)))
}

const inGroups = (checks: readonly Check[]): readonly (readonly Check[])[] =>
  Array.from({ length: Math.ceil(checks.length / TOGETHER) }, (_, index) => checks.slice(index * TOGETHER, (index + 1) * TOGETHER))
