import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../lib/index.ts'

/** How a child process is started. Its environment is what is named here and nothing else. */
export type ChildPlan = {
  readonly entry: string
  readonly nodeArguments: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether its output is ours to show; a process that sees content has none. */
  readonly showsOutput: boolean
}

/** Starts a Node process of our own release with a channel to it. */
export function startChild(plan: ChildPlan): ChildProcess {
  const output = plan.showsOutput ? 'inherit' : 'ignore'
  const child = spawn(process.execPath, [...plan.nodeArguments, plan.entry], {
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...plan.environment },
  })
  // A message to a child that has just died fails; its exit tells all there is to know.
  child.on('error', () => undefined)
  return child
}

/** Resolves when a child has ended; it is killed when it has not by then. */
export function ended(child: ChildProcess, millisMax: number): Promise<void> {
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
