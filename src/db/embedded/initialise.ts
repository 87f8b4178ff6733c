import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { type Layout, layoutOf, makeFolder } from './layout.ts'
import { EmbeddedPostgresError, refuse } from './refusals.ts'
import { serverEnvironment } from './server-process.ts'
import { commandFor, type ServerUser } from './server-user.ts'

/** The name of the superuser. */
export const SUPERUSER = 'farebox'

/** What making a cluster needs. */
export type Initialisation = {
  readonly layout: Layout
  readonly binaries: Binaries
  readonly user: ServerUser
  readonly isDurable: boolean
}

/** Makes the cluster if there is none, and says whether it did. Throws EmbeddedPostgresError, or ConfigRefusedError when another major version made it. */
export async function ensureCluster(plan: Initialisation): Promise<{ readonly isNew: boolean }> {
  const { layout, binaries } = plan
  const isNew = !existsSync(layout.cluster)
  if (isNew) await makeCluster(plan)
  refuseOtherMajor(layout, binaries)
  return { isNew }
}

/** Looks at what lies in a data directory, which exists: throws ConfigRefusedError as a start with these binaries would. Changes nothing. */
export function checkCluster(dataDir: string, binaries: Binaries): void {
  const layout = layoutOf(dataDir)
  if (!existsSync(layout.cluster)) return
  refuseOtherMajor(layout, binaries)
  readPassword(layout)
}

function refuseOtherMajor(layout: Layout, binaries: Binaries): void {
  const path = join(layout.cluster, 'PG_VERSION')
  const major = existsSync(path) ? readFileSync(path, 'utf8').trim() : 'unknown'
  if (major === String(binaries.major)) return
  throw refuse('FAREBOX_DATA_DIR', {
    expected: `data of PostgreSQL ${binaries.major}`,
    got: `data of PostgreSQL ${major}`,
    mend: 'start the version of Farebox that made it, run farebox backup there and farebox restore here',
  })
}

/** The superuser's password. Throws ConfigRefusedError when its file is gone. */
export function readPassword(layout: Layout): string {
  if (existsSync(layout.password)) return readFileSync(layout.password, 'utf8').trim()
  throw refuse('FAREBOX_DATA_DIR', {
    expected: `${layout.password}, the key to the database beside it`,
    got: 'no such file',
    mend: 'restore it from a backup of the data directory',
  })
}

async function makeCluster(plan: Initialisation): Promise<void> {
  const { layout, user } = plan
  // What is left of an attempt that was cut off never held a committed row.
  rmSync(layout.unfinished, { recursive: true, force: true })
  rmSync(layout.initialPassword, { force: true })
  const password = randomBytes(32).toString('hex')
  writeSecret(layout.password, password)
  writeSecret(layout.initialPassword, password)
  if (user !== undefined) chownSync(layout.initialPassword, user.uid, user.gid)
  makeFolder(layout.unfinished, 0o700, user)
  try {
    await runInitdb(plan)
  } finally {
    rmSync(layout.initialPassword, { force: true })
  }
  writeFileSync(join(layout.unfinished, 'pg_hba.conf'), 'local all all scram-sha-256\n')
  renameSync(layout.unfinished, layout.cluster)
  syncFolder(layout.root)
}

async function runInitdb({ layout, binaries, user, isDurable }: Initialisation): Promise<void> {
  const args = ['-D', layout.unfinished, '-U', SUPERUSER, `--pwfile=${layout.initialPassword}`, '--data-checksums']
  args.push('--auth-local=scram-sha-256', '--auth-host=reject', '--encoding=UTF8', '--locale=C', ...(isDurable ? [] : ['--no-sync']))
  const command = commandFor(user, { program: join(binaries.directory, 'initdb'), args, paths: [layout.unfinished] })
  await new Promise<void>((resolve, reject) => {
    const options = { ...command.identity, env: serverEnvironment(layout, binaries), cwd: '/', timeout: 120_000 }
    execFile(command.program, [...command.args], options, (error, _, said) => {
      if (error === null) resolve()
      else reject(error.code === 'ENOENT' ? notRunnable() : new EmbeddedPostgresError('initdb_failed', said.trim() || error.message))
    })
  })
}

/** A program that is there and still "not found" wants a loader that is not. */
const notRunnable = () =>
  refuse('DATABASE_URL', {
    expected: 'a system with the GNU C library, for the PostgreSQL that npm brought',
    got: 'one that cannot run it (Alpine and other musl systems)',
    mend: 'set DATABASE_URL to a PostgreSQL 15 or newer',
  })

function writeSecret(path: string, secret: string): void {
  const file = openSync(path, 'w', 0o600)
  writeSync(file, `${secret}\n`)
  fsyncSync(file)
  closeSync(file)
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  fsyncSync(folder)
  closeSync(folder)
}
