import { spawnSync } from 'node:child_process'
import { NotRunError } from './harness/index.ts'

const INSTALL_MS_MAX = 120_000

/** Sees that a program is there; on Debian, as root, installs its package where it is not. Throws NotRunError where that cannot be. */
export function needProgram(program: string, packageName: string): void {
  if (isThere(program)) return
  // Without Debian, the right or a network it is as if it had not been tried.
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', packageName], { stdio: 'ignore', timeout: INSTALL_MS_MAX })
  if (!isThere(program))
    throw new NotRunError(`${program} is not on this machine and could not be installed (apt-get install ${packageName})`)
}

/** Whatever it makes of the question. */
const isThere = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
