import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A copy of the program as it was before its last change. */
export type PreviousVersion = { readonly commit: string; readonly folder: string; readonly remove: () => void }

const SIZE_MAX = 512 * 1024 * 1024

/** The version before the last commit that changed the program; undefined where the history is not there. */
export const previousVersion = (): PreviousVersion | undefined => versionAt(told('log', '-1', '--skip=1', '--format=%H', '--', 'src'))

/** The last version that did not have the newest migration; undefined where the history is not there. */
export function versionBeforeMigration(): PreviousVersion | undefined {
  const last = told('log', '-1', '--format=%H', '--', 'src/db/migrations')
  return versionAt(last && told('rev-parse', '--verify', '--quiet', `${last}^1`))
}

function versionAt(commit: string | undefined): PreviousVersion | undefined {
  if (commit === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'farebox-before-'))
  const archive = execFileSync('git', ['archive', commit], { maxBuffer: SIZE_MAX })
  execFileSync('tar', ['-x', '-C', folder], { input: archive, maxBuffer: SIZE_MAX })
  copyPackages(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  return { commit: commit.slice(0, 8), folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Files of their own or second names of the same: a gateway may read what lies below its program, and no link that leads elsewhere. */
function copyPackages(from: string, to: string): void {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' })
  } catch {
    // Another file system.
    rmSync(to, { recursive: true, force: true })
    execFileSync('cp', ['-a', from, to])
  }
}

function told(...args: readonly string[]): string | undefined {
  try {
    const said = execFileSync('git', args, { encoding: 'utf8' }).trim()
    return said === '' ? undefined : said
  } catch {
    // Not a repository, or no git: an unpacked release.
    return undefined
  }
}
