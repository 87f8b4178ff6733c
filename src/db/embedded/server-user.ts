import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { refuse } from './refusals.ts'

/** Who PostgreSQL runs as: ourselves, or as PostgreSQL refuses root, somebody else. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined

/** A program with its arguments, and whom the system starts it as. */
export type Command = {
  readonly program: string
  readonly args: readonly string[]
  readonly identity: { readonly uid?: number; readonly gid?: number }
}

/**
 * The user for a server on `dataDirectory`: undefined when we are not root; else the owner of what is there, or `postgres`, or
 * `nobody`. Throws ConfigRefusedError when the system has none of them.
 */
export function chooseServerUser(dataDirectory: string): ServerUser {
  if (process.getuid?.() !== 0) return undefined
  const owner = existsSync(dataDirectory) ? statSync(dataDirectory) : undefined
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (found !== undefined) return { uid: Number(found[2]), gid: Number(found[3]) }
  throw refuse('DATABASE_URL', {
    expected: 'a system user postgres or nobody, as PostgreSQL does not run as root',
    got: 'neither in /etc/passwd',
    mend: 'add one (useradd --system postgres), or run Farebox as an ordinary user, or set DATABASE_URL',
  })
}

/**
 * How to run a program as the server's user. Where that user cannot get to one of `paths`, as below a folder that is root's alone,
 * the program gets the right to pass through folders (or, where the program itself is root's alone, to override them), and no other.
 */
export function commandFor(user: ServerUser, { program, args, paths }: Wanted): Command {
  if (user === undefined) return { program, args, identity: {} }
  const needed = capabilityFor(user, [...paths, program], program)
  if (needed === undefined) return { program, args, identity: user }
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv', '/usr/local/bin/setpriv', '/sbin/setpriv'].find((path) => existsSync(path))
  if (setpriv === undefined || !hasCapability(needed)) throw unreachable(user, [...paths, program])
  const drop = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', `--inh-caps=+${needed}`, `--ambient-caps=+${needed}`]
  // access(2) forgets capabilities of a user who is not root, but for this bit; PostgreSQL asks it about its own programs.
  return { program: setpriv, args: [...drop, '--securebits=+no_setuid_fixup', '--', program, ...args], identity: {} }
}

/** A program to run, and the paths besides itself that it has to reach. */
export type Wanted = { readonly program: string; readonly args: readonly string[]; readonly paths: readonly string[] }

type Capability = 'dac_read_search' | 'dac_override'

/** Bit numbers. Source: linux/capability.h (2026-11). */
const CAPABILITY_BITS: Readonly<Record<Capability, bigint>> = { dac_override: 1n, dac_read_search: 2n }

function capabilityFor(
  user: { readonly uid: number; readonly gid: number },
  paths: readonly string[],
  program: string,
): Capability | undefined {
  if (!mayUse(user, program)) return 'dac_override'
  if (paths.every((path) => ancestors(path).every((folder) => mayUse(user, folder)))) return undefined
  return hasCapability('dac_read_search') ? 'dac_read_search' : 'dac_override'
}

/** Whether the permission bits let a user search a folder, or run a file. */
function mayUse(user: { readonly uid: number; readonly gid: number }, path: string): boolean {
  const { uid, gid, mode } = statSync(path)
  if (uid === user.uid) return (mode & 0o100) !== 0
  return (gid === user.gid ? mode & 0o010 : mode & 0o001) !== 0
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...ancestors(parent), parent]
}

function hasCapability(name: Capability): boolean {
  if (!existsSync('/proc/self/status')) return false
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return ((BigInt(`0x${effective}`) >> CAPABILITY_BITS[name]) & 1n) === 1n
}

function unreachable(user: { readonly uid: number; readonly gid: number }, paths: readonly string[]) {
  const closed = paths.flatMap(ancestors).find((folder) => !mayUse(user, folder)) ?? paths[0] ?? '/'
  return refuse('FAREBOX_DATA_DIR', {
    expected: `folders that user ${user.uid} can pass through, as PostgreSQL does not run as root, or the program setpriv (util-linux)`,
    got: `${closed}, which is closed to that user`,
    mend: `run chmod o+x ${closed}, or install util-linux, or run Farebox as an ordinary user, or set DATABASE_URL`,
  })
}
