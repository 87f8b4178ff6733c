import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotRunError } from '../harness/index.ts'
import { serverProcesses, signal } from '../processes.ts'

/** The user that strangers are there; the usual number of nobody. */
const UID = 65_534
const NODE_WANTED = '20'

/**
 * Makes a root of its own with what a machine with Node and npm has, an empty home and nothing else, and becomes a program in it as a user
 * without rights. Source: unshare(1), chroot(1), util-linux 2.38, coreutils 9.1 (2026-11-27).
 */
const SCRIPT = `set -e
root=$1; shift
for place in usr proc dev; do mount --rbind "/$place" "$root/$place"; done
mount -t tmpfs tmpfs "$root/usr/local"
mount -o remount,bind,ro "$root/usr"
exec chroot --userspec=${UID}:${UID} "$root" /usr/bin/env -i HOME=/srv/stranger PATH=/usr/bin:/bin "$@"`

/** A machine that has Node and npm and nothing of ours, on which the package is begun as docs/packages.md says. */
export type BareMachine = {
  /** Where its home lies, seen from here. */
  readonly home: string
  /** Runs a program in it to its end. */
  readonly run: (given: readonly string[], millisMax: number) => { readonly status: number | null; readonly output: string }
  /** Starts one that stays; what it writes is in the file `output` beside the home. */
  readonly start: (given: readonly string[]) => ChildProcess
  readonly output: () => string
  readonly remove: () => void
}

/** Makes one; throws NotRunError where this host lets nobody, or has no Node 20. */
export function bareMachine(): BareMachine {
  const root = mkdtempSync(join(tmpdir(), 'farebox-bare-'))
  const home = join(root, 'srv', 'stranger')
  for (const name of ['usr', 'proc', 'dev', 'etc', 'tmp', 'srv/stranger']) mkdirSync(join(root, name), { recursive: true })
  for (const name of ['resolv.conf', 'hosts', 'ssl', 'nsswitch.conf', 'passwd', 'group'])
    spawnSync('cp', ['-aL', join('/etc', name), join(root, 'etc')])
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) spawnSync('ln', ['-s', `usr/${name}`, join(root, name)])
  chmodSync(root, 0o755)
  const outputPath = join(root, 'output')
  const given = (more: readonly string[]) => ['--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh', root, ...more]
  const remove = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  const run: BareMachine['run'] = (more, timeout) => {
    const { status, stdout, stderr } = spawnSync('unshare', given(more), { encoding: 'utf8', timeout, killSignal: 'SIGKILL' })
    return { status, output: `${stdout ?? ''}${stderr ?? ''}` }
  }
  try {
    for (const owned of [home, join(root, 'tmp')]) chownSync(owned, UID, UID)
    const { status, output } = run(['node', '--version'], 20_000)
    if (status !== 0) throw new NotRunError(`this host lets nobody make a root of their own (${output.trim().slice(-120)})`)
    if (!output.startsWith(`v${NODE_WANTED}.`)) throw new NotRunError(`the Node of this host is ${output.trim()} and not ${NODE_WANTED}`)
  } catch (thrown) {
    remove()
    throw thrown instanceof NotRunError ? thrown : new NotRunError('only root can make a root of its own')
  }
  return {
    ...{ home, run, remove },
    start: (more) => {
      const output = openSync(outputPath, 'a')
      return spawn('unshare', given(more), { stdio: ['ignore', output, output] })
    },
    output: () => readFileSync(outputPath, 'utf8'),
  }
}

/** Puts a file into the home of a bare machine. */
export function putFile(machine: BareMachine, from: string, name: string): void {
  cpSync(from, join(machine.home, name))
  chownSync(join(machine.home, name), UID, UID)
}

/** Ends a program that was started in a bare machine, and all below it. */
export async function endProgram(child: ChildProcess): Promise<void> {
  const { pid } = child
  if (pid === undefined) return
  const all = serverProcesses(pid, '/srv/stranger/').map((one) => one.pid)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => {
    for (const one of all) signal(one, 'SIGKILL')
  }, 20_000)
  for (const one of all) signal(one, 'SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await ended
  clearTimeout(timer)
}
