import { existsSync } from 'node:fs'
import { runCommand } from './command.ts'

const BINARIES = '/usr/lib/postgresql/15/bin'
const PACKAGE = 'postgresql-15'

/** Whether Debian's PostgreSQL 15 is there, or why not. As root it is installed when it is missing. */
export async function findDebianPostgres(): Promise<{ readonly version: '15' } | { readonly notRun: string }> {
  if (existsSync(`${BINARIES}/initdb`)) return { version: '15' }
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return { notRun: `${PACKAGE} is not installed (apt-get install ${PACKAGE})` }
  if (!(await install())) {
    await aptGet(['update'])
    await install()
  }
  return existsSync(`${BINARIES}/initdb`) ? { version: '15' } : { notRun: `${PACKAGE} could not be installed` }
}

const install = () => aptGet(['install', '--yes', '--no-install-recommends', PACKAGE])

async function aptGet(args: readonly string[]): Promise<boolean> {
  const { code } = await runCommand({ command: 'apt-get', args, env: { DEBIAN_FRONTEND: 'noninteractive' }, secondsMax: 180 })
  return code === 0
}
