import { NOTHING, type Tally } from './tally.ts'

/** The JSON line of one check; one that could not run says why in `notRun`. */
export type CheckLine = { readonly id: string; readonly failures?: number; readonly notRun?: string }

/** How a process ends that ran one check, which could not run here. */
const NOT_RUN = 3

/** Which checks were asked for, and how their process ended. */
type Asked = { readonly code: number; readonly ids: readonly string[] }

/** The tally of what a run of checks printed: one that was asked for and is not told of failed, and so did the run when it ended badly without saying why. */
export function tallyOfChecks(output: string, { code, ids }: Asked): Tally {
  const lines = readCheckLines(output)
  const untold = untoldIn(output, ids).length
  const skipped = lines.filter(({ notRun }) => notRun !== undefined).length
  const failed = lines.filter(({ notRun, failures }) => notRun === undefined && failures !== 0).length
  const isExplained = code === 0 || failed + untold > 0 || (code === NOT_RUN && skipped > 0)
  return { ...NOTHING, passed: lines.length - skipped - failed, failed: failed + untold + (isExplained ? 0 : 1), skipped }
}

/** Which checks were asked for and printed no line. */
export function untoldIn(output: string, ids: readonly string[]): readonly string[] {
  const told = new Set(readCheckLines(output).map(({ id }) => id))
  return ids.filter((id) => !told.has(id))
}

/** The JSON lines of checks among what was printed. */
export function readCheckLines(output: string): readonly CheckLine[] {
  return output.split('\n').flatMap((line) => (line.startsWith('{"id"') ? [JSON.parse(line) as CheckLine] : []))
}
