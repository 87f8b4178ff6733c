import { runCommand } from './command.ts'
import { NOTHING, type Tally } from './tally.ts'

/** The JSON line of one check; one that could not run says why in `notRun`. */
export type CheckLine = { readonly id: string; readonly failures?: number; readonly notRun?: string }

const SECONDS_MAX = 1800

/** Runs the pull-request tier of the check catalogue; each check is one passed, failed or, where this host cannot run it, skipped. */
export async function proveTier(onOutput: (text: string) => void): Promise<Tally> {
  const { code, output } = await runCommand({
    command: 'node',
    args: ['src/main.ts', 'prove', '--tier', 'pr'],
    secondsMax: SECONDS_MAX,
    onOutput,
  })
  return tallyOfChecks(output, code)
}

/** The tally of what a run of checks printed and how it ended; one failure more when it ended badly without saying why, or said nothing. */
export function tallyOfChecks(output: string, code: number): Tally {
  const checks = readCheckLines(output)
  const skipped = checks.filter(({ notRun }) => notRun !== undefined).length
  const failed = checks.filter(({ notRun, failures }) => notRun === undefined && failures !== 0).length
  const isUnexplained = (code !== 0 && failed === 0) || checks.length === 0
  return { ...NOTHING, passed: checks.length - skipped - failed, failed: failed + (isUnexplained ? 1 : 0), skipped }
}

/** The JSON lines of checks among what was printed. */
export function readCheckLines(output: string): readonly CheckLine[] {
  return output.split('\n').flatMap((line) => (line.startsWith('{"id"') ? [JSON.parse(line) as CheckLine] : []))
}
