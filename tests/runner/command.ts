import { spawn } from 'node:child_process'
import { constants, getPriority, setPriority } from 'node:os'
import { delimiter, resolve } from 'node:path'

/** How a command ended; `output` is what it printed, both streams in order of arrival. */
export type Ended = { readonly code: number; readonly output: string; readonly milliseconds: number }

/**
 * What to run; `onOutput` sees what it prints as it prints it; after `secondsMax` it is killed, with everything it started. One that
 * `isYielding` gets the processor when nobody else wants it.
 */
export type Order = {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly onOutput?: (text: string) => void
  readonly secondsMax?: number
  readonly isYielding?: boolean
}

/** Has Node keep what it compiled of a file for the next process that loads it; it knows a file by its text. */
export const COMPILED_ONCE = { NODE_COMPILE_CACHE: resolve(import.meta.dirname, '../../node_modules/.cache/tests') } as const

const OUTPUT_CHARACTERS_MAX = 32_000_000

/** Runs a command in the checkout, with the project's own Node and tools first in the path; never throws. */
export function runCommand(order: Order): Promise<Ended> {
  const began = performance.now()
  const child = spawn(order.command, order.args, {
    env: environment(order.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  if (order.isYielding === true) yieldTo(child.pid)
  let output = ''
  const keep = (chunk: Buffer) => {
    const text = chunk.toString('utf8')
    if (output.length < OUTPUT_CHARACTERS_MAX) output += text
    order.onOutput?.(text)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const forget = endWithUs(child.pid)
  const { promise, resolve: end } = Promise.withResolvers<Ended>()
  const finish = (code: number, last = '') => {
    clearTimeout(timer)
    forget()
    end({ code, output: output + last, milliseconds: performance.now() - began })
  }
  const secondsMax = order.secondsMax ?? 600
  const timer = setTimeout(() => {
    killTree(child.pid)
    finish(124, `\n${order.command} did not end in ${secondsMax} s and was killed: something of it is still open.\n`)
  }, secondsMax * 1000)
  child.on('error', (error) => finish(127, `${order.command}: ${error.message}\n`))
  child.on('close', (code) => finish(code ?? 1))
  return promise
}

function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const tools = resolve(import.meta.dirname, '../../node_modules/.bin')
  const { NODE_TEST_CONTEXT: _, FORCE_COLOR: __, ...env } = process.env
  return { ...env, PATH: `${tools}${delimiter}${env.PATH ?? ''}`, NO_COLOR: '1', ...more }
}

/** Gives a process that was just started, and all that it will start, less of the processor than others get. */
export function yieldTo(pid: number | undefined): void {
  if (pid !== undefined) setPriority(pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
}

// Commands run in process groups of their own, so an interrupt of ours has to be handed on, to each that runs, before we end.
function endWithUs(pid: number | undefined): () => void {
  const hand = (signal: NodeJS.Signals) => {
    killTree(pid)
    setImmediate(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', hand)
  process.once('SIGTERM', hand)
  return () => {
    process.off('SIGINT', hand)
    process.off('SIGTERM', hand)
  }
}

function killTree(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
