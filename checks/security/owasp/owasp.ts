import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, readResults } from '../../../src/privacy/index.ts'
import { type CheckContext, commitName, type Measured, NotRunError, PROOF_DIRECTORY } from '../../harness/index.ts'
import { RISKS } from './risks.ts'

/** How the checks of a risk ended: all passed, one failed, or one has no result of this commit, or could not run. */
export type Standing = { readonly green: readonly string[]; readonly red: readonly string[]; readonly open: readonly string[] }

/** The standing of all risks by the lines of results.jsonl; only the last of each check and kind of server counts, and only of one commit. */
export function standingOf(text: string, commit: string): Standing {
  const results = readResults([text])
  const endedOf = (id: string): keyof Standing => endOf((results.get(id) ?? []).filter((result) => result.commit === commit))
  const risks = RISKS.map(({ id, checks }) => ({ id, ends: checks.map((check) => ({ check, ended: endedOf(check) })) }))
  const which = (ended: keyof Standing): readonly string[] =>
    risks.flatMap(({ id, ends }) => ends.filter((end) => end.ended === ended).map(({ check }) => `${id} ${check}`))
  return {
    green: risks.filter(({ ends }) => ends.every(({ ended }) => ended === 'green')).map(({ id }) => id),
    red: which('red'),
    open: which('open'),
  }
}

function endOf(results: readonly CheckResult[]): keyof Standing {
  if (results.some(({ failures }) => failures > 0)) return 'red'
  return results.length === 0 || results.some(({ notRun }) => notRun !== undefined) ? 'open' : 'green'
}

/**
 * SEC-19: for each of the ten risks of the OWASP list the checks that are its answer have passed, on the commit that is checked out. Where one of them has
 * not run on it, nothing is said.
 */
export async function owaspMap(context: CheckContext): Promise<Measured> {
  const path = join(PROOF_DIRECTORY, 'results.jsonl')
  const { green, red, open } = standingOf(existsSync(path) ? readFileSync(path, 'utf8') : '', commitName())
  for (const one of red) context.fail(`${one} failed`)
  if (red.length === 0 && open.length > 0) throw new NotRunError(`on this commit these have not run: ${open.join(', ')}`)
  const checks = new Set(RISKS.flatMap((risk) => risk.checks)).size
  return { n: RISKS.length, measured: { risks: RISKS.length, green: green.length, checks, open: open.length } }
}
