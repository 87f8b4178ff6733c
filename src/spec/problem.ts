/**
 * One thing wrong with a configuration, told so that it can be mended without looking anything up. `line` and `column` count from 1
 * and are 0 where there is no line (environment). `got` never holds a secret.
 */
export type Problem = {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly expected: string
  readonly got: string
  readonly mend: string
  /** Nobody may have to mend it: what is found may be another thing in a while, so starting again is worth it. */
  readonly mayPass?: true
}

/** The `file` of problems with environment variables. */
export const ENVIRONMENT = 'environment'

/** A configuration that is refused, with everything that is wrong with it; the process ends with exit code 78, after which only people start it again, or with 1 where all of it may pass. */
export class ConfigRefusedError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super('config_refused')
    this.name = 'ConfigRefusedError'
    this.problems = problems
  }
}

/** A problem as people read it: where, what was expected, what was found, how to mend it. */
export function formatProblem(problem: Problem): string {
  const where = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`
  const what = problem.path === '' ? where : `${where}  ${problem.path}`
  return `${what}\n  expected  ${problem.expected}\n  got       ${problem.got}\n  mend      ${problem.mend}\n`
}
