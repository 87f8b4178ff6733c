import { readCheckLines } from './check-lines.ts'

const LINES_MAX = 200

/** What failed, as the output of a run of tests or of checks tells it: each test with its cause, each check with its line. */
export function failuresIn(output: string): readonly string[] {
  const lines = output.split('\n')
  const tests = lines.flatMap((line, at) => (line.startsWith('FAILED ') ? [withCause(line, lines.slice(at + 1, at + LINES_MAX))] : []))
  const checks = readCheckLines(output).filter(({ failures, notRun }) => notRun === undefined && failures !== 0)
  return [...tests, ...checks.map((line) => `FAILED ${JSON.stringify(line)}`)]
}

/** A line and those indented under it. */
function withCause(line: string, after: readonly string[]): string {
  const end = after.findIndex((next) => !next.startsWith('    '))
  return [line, ...after.slice(0, end === -1 ? after.length : end)].join('\n')
}
