import { FailureError } from '../failures.ts'
import { errorCode } from '../lib/index.ts'
import { ConfigRefusedError, formatProblem, type Problem } from '../spec/index.ts'
import { ExitError } from './command.ts'

const [FAILED, REFUSED] = [1, 78]

/** Says why a command ended early, for people on stderr or as JSON on stdout; returns the exit code. */
export function tellFailure(thrown: unknown, wantsJson: boolean): number {
  if (thrown instanceof ExitError) return thrown.exitCode
  const told = toldOf(thrown)
  if (wantsJson) process.stdout.write(`${JSON.stringify({ error: { code: told.code, message: told.message, problems: told.problems } })}\n`)
  else process.stderr.write(`${told.message}\n${told.problems.map((problem) => `\n${formatProblem(problem)}`).join('')}`)
  return told.exitCode
}

/** The head line over problems. */
export const refusedLine = (count: number): string => `The configuration is refused: ${count === 1 ? 'one problem' : `${count} problems`}.`

type Told = { readonly code: string; readonly message: string; readonly problems: readonly Problem[]; readonly exitCode: number }

/** Failures of the database folder by name, as importing their classes would bring the driver into every process. */
const OF_THE_DATABASE: Readonly<Record<string, (code: string, thrown: Error) => string>> = {
  EmbeddedPostgresError: (_, thrown) => `The embedded PostgreSQL did not start. ${thrown.message}`,
  MigrationFailedError: (_, thrown) => `The database could not be brought to this version: ${thrown.message}`,
  DatabaseError: (code) => `The database could not do this (${code}). Run farebox doctor.`,
}

function toldOf(thrown: unknown): Told {
  const failed = (code: string, message: string): Told => ({ code, message, problems: [], exitCode: FAILED })
  if (thrown instanceof ConfigRefusedError) {
    const { problems } = thrown
    const exitCode = problems.every(({ mayPass }) => mayPass === true) ? FAILED : REFUSED
    return { code: 'config_refused', message: refusedLine(problems.length), problems, exitCode }
  }
  if (thrown instanceof FailureError) return failed(thrown.failure.code, thrown.failure.message)
  const tell = thrown instanceof Error ? OF_THE_DATABASE[thrown.name] : undefined
  const code = errorCode(thrown)
  return failed(code, tell === undefined ? `Something of ours went wrong (${code}).` : tell(code, thrown as Error))
}
