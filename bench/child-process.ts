import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { get } from 'node:https'
import { createServer } from 'node:net'
import { cpus } from 'node:os'
import { processTree } from './cpu-accounting.ts'

/** The CPU of the proxy under test, and the one of load, upstream and whatever else a proxy brings. */
export const PROXY_CPU = 0
export const OTHER_CPU = 1

/** Whether processes can be held to one core here: two cores and taskset (util-linux). */
export const canPin = (): boolean => cpus().length > 1 && existsSync('/usr/bin/taskset')

/** Holds every thread of the processes to one core; does nothing where that cannot be done, which the results then say. */
export function pin(pids: readonly number[], cpu: number): void {
  if (!canPin()) return
  for (const pid of pids) spawnSync('/usr/bin/taskset', ['-a', '-c', '-p', String(cpu), String(pid)], { stdio: 'ignore', timeout: 5000 })
}

/** Lets every thread of the processes run on every core. */
export function unpin(pids: readonly number[]): void {
  if (!canPin()) return
  const all = `0-${cpus().length - 1}`
  for (const pid of pids) spawnSync('/usr/bin/taskset', ['-a', '-c', '-p', all, String(pid)], { stdio: 'ignore', timeout: 5000 })
}

/** Waits until what was written before is on the disk: packages that were just installed let a commit wait for up to 0.8 s while they are written there. */
export function flushDisk(): void {
  spawnSync('sync', { stdio: 'ignore', timeout: 120_000 })
}

/** Starts a file of this folder as a process of its own, with its arguments, and waits for its first message. */
export async function startOwn<T>(file: string, args: readonly string[] = []): Promise<{ child: ChildProcess; first: T }> {
  const child = fork(new URL(file, import.meta.url), [...args], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return { child, first: await nextMessage<T>(child, 20) }
}

/** The next message of a child of ours; rejects when it ends or stays silent for `seconds`. */
export function nextMessage<T>(child: ChildProcess, seconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(() => reject(new Error(`no word from process ${child.pid} in ${seconds} s`))), seconds * 1000)
    const onMessage = (message: unknown) => done(() => resolve(message as T))
    const onExit = () => done(() => reject(new Error(`process ${child.pid} ended early`)))
    const done = (then: () => void): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
      then()
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
  })
}

/** Ends a process that we started, asking first; whatever of its tree is left after `graceMs` is killed by pid. */
export async function stopTree(child: ChildProcess, graceMs = 3000): Promise<void> {
  const { pid } = child
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const tree = processTree(pid)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await Promise.race([ended, sleep(graceMs)])
  for (const left of tree) kill(left)
  await Promise.race([ended, sleep(1000)])
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // Gone already is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Waits, in milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** What is waited for: an answer with `status`, `seconds` at most, of a child of ours; `ca`: the certificate of localhost of an https address, PEM. */
type Wanted = { readonly child: ChildProcess; readonly seconds: number; readonly status?: number; readonly ca?: string }

/** Asks until the address answers with `status`; stops the child and rejects after `seconds`, or as soon as it has ended. */
export async function untilAnswers(url: string, wanted: Wanted): Promise<void> {
  const until = performance.now() + wanted.seconds * 1000
  while (performance.now() < until && wanted.child.exitCode === null) {
    const status = await (wanted.ca === undefined ? statusOf(url) : secureStatusOf(url, wanted.ca))
    if (status !== undefined && (wanted.status === undefined || status === wanted.status)) return
    await sleep(100)
  }
  await stopTree(wanted.child)
  throw new Error(`${url} was not ready in ${wanted.seconds} s`)
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.arrayBuffer()
    return response.status
  } catch (error) {
    // Not listening yet: fetch says so with a TypeError, a slow start with a TimeoutError.
    if (error instanceof Error) return undefined
    throw error
  }
}

/** The same over TLS, where only the certificate given is trusted. */
const secureStatusOf = (url: string, ca: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const asked = get(url, { ca, servername: 'localhost', agent: false, timeout: 2000 }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode))
    })
    asked.once('timeout', () => asked.destroy())
    // Not listening yet, or no certificate yet.
    asked.once('error', () => resolve(undefined))
  })
