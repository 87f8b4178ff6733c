import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { Layout } from './layout.ts'
import type { Command } from './server-user.ts'

/** What postmaster.pid says; the server keeps it up to date. */
export type Postmaster = { readonly pid: number; readonly status: string }

/** The environment of PostgreSQL's programs; nothing of ours is in it, as ours holds provider keys. */
export const serverEnvironment = (layout: Layout, binaries: Binaries): Readonly<Record<string, string>> => {
  const libraries = binaries.libraries === undefined ? '' : `${layout.libraryLinks}:${binaries.libraries}`
  const paths = libraries === '' ? {} : { LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries }
  return { ...paths, LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
}

/** A server that was started: its pid, and whether and how it has ended. */
export type Started = { readonly pid: number | undefined; readonly exit: () => string | undefined }

/** Starts the server in a session of its own, so that it outlives us; what it says goes to the log file. */
export function startServer(command: Command, layout: Layout, environment: Readonly<Record<string, string>>): Started {
  const log = openSync(layout.log, 'w', 0o600)
  const child = spawn(command.program, [...command.args], {
    ...command.identity,
    env: environment,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let exit: string | undefined
  child.on('exit', (code, signal) => {
    exit = `exit ${code ?? signal}`
  })
  child.on('error', (error) => {
    exit = 'code' in error ? String(error.code) : 'error'
  })
  child.unref()
  return { pid: child.pid, exit: () => exit }
}

/** The last thing the server said, for a start that failed. */
export const lastWords = (layout: Layout): string => readFileSync(layout.log, 'utf8').trim().split('\n').slice(-3).join(' ').slice(0, 500)

/** The server that postmaster.pid names; undefined when there is no such file or it is just being written. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  const lines = readIfThere(join(cluster, 'postmaster.pid'))?.split('\n') ?? []
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() ?? '' } : undefined
}

/** Whether a process runs and, as far as the system tells, is the server of this cluster. */
export function isServer(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false
  // Empty for a zombie, which has ended.
  return process.platform !== 'linux' || directoryArgument(pid) === cluster
}

/**
 * Whether a process that is not known as the server of a cluster could still be it, as when its folder was renamed under it. A
 * process that is no PostgreSQL, or the one that another cluster names as its own, only has a number that was used anew.
 */
export function mayBeServer(pid: number): boolean {
  const directory = directoryArgument(pid)
  return directory !== undefined && readPostmaster(directory)?.pid !== pid
}

/** The folder that a running PostgreSQL was started with; undefined for any other process. */
function directoryArgument(pid: number): string | undefined {
  const [program = '', ...args] = (readIfThere(`/proc/${pid}/cmdline`) ?? '').split('\0')
  const at = args.indexOf('-D')
  return basename(program) === 'postgres' && at >= 0 ? args[at + 1] : undefined
}

/** Whether there is a process of this number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && ['ENOENT', 'ENOTDIR', 'ESRCH'].includes(String(thrown.code))) return undefined
    throw thrown
  }
}
