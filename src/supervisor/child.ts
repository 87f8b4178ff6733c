import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { Clock } from '../lib/index.ts'

/** How a child process is started. Its environment is what is named here and nothing else. */
export type ChildPlan = {
  readonly entry: string
  readonly nodeArguments: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether its output is ours to show; a process that sees content has none. */
  readonly showsOutput: boolean
}

/** A child process. One that could not be made has no `pid` and ends like any other, by one 'exit' whose code is its errno, below 0. */
export type Child = EventEmitter & Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'connected' | 'kill' | 'send'>

/** Starts a Node process of our own release with a channel to it. */
export function startChild(plan: ChildPlan): Child {
  const child = makeChild(plan)
  // Node tells of a process that could not be made by an error alone.
  if (child.pid === undefined) child.once('error', () => child.emit('exit', child.exitCode, null))
  // A message to a child that has just died fails; its exit tells all there is to know.
  child.on('error', () => undefined)
  return child
}

function makeChild({ entry, nodeArguments, environment, showsOutput }: ChildPlan): Child {
  const output = showsOutput ? 'inherit' : 'ignore'
  try {
    return spawn(process.execPath, [...nodeArguments, entry], {
      stdio: ['ignore', output, output, 'ipc'],
      env: { ...environment },
    })
  } catch (thrown) {
    // Where there is no memory, among others, nothing is returned that could tell.
    if (thrown instanceof Error && 'errno' in thrown && typeof thrown.errno === 'number') return unmade(thrown, thrown.errno)
    throw thrown
  }
}

function unmade(problem: Error, exitCode: number): Child {
  const child = Object.assign(new EventEmitter(), {
    ...{ pid: undefined, exitCode, signalCode: null, connected: false },
    ...{ kill: () => false, send: () => false },
  })
  process.nextTick(() => child.emit('error', problem))
  return child
}

/** Resolves when a child has ended; it is killed when it has not by then. */
export function ended(child: Child, millisMax: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), millisMax)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

const DELAY_MS_MIN = 100
const DELAY_MS_MAX = 5_000
const STEADY_MS = 10_000

/** How long to wait before a process is started again: at once after a steady run, longer each time it fails soon. */
export class BackOff {
  readonly #clock: Clock
  #delayMs = DELAY_MS_MIN
  #startedAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  started(): void {
    this.#startedAt = this.#clock.monotonic()
  }

  nextDelayMs(): number {
    const isSteady = this.#clock.monotonic() - this.#startedAt >= STEADY_MS
    const delayMs = isSteady ? DELAY_MS_MIN : this.#delayMs
    this.#delayMs = Math.min(delayMs * 2, DELAY_MS_MAX)
    return delayMs
  }
}
