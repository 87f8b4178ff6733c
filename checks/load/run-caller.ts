import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CheckContext } from '../harness/index.ts'

const CALLER = fileURLToPath(new URL('caller.ts', import.meta.url))

/** Who calls what: the listener, keys that take turns, and how it calls, as caller.ts has it. */
export type Calling = {
  readonly base: string
  readonly keys: readonly string[]
  readonly how: Readonly<Partial<Record<'connections' | 'every' | 'seconds' | 'calls' | 'left' | 'bytes', number>>>
}

/** What came of it: answers by status (0: none), calls that were broken off, latencies of 200 in microseconds. */
export type Told = { readonly statuses: Readonly<Record<string, number>>; readonly micros: readonly number[]; readonly left: number }

/** Calls from a process of its own. */
export async function runCaller({ base, keys, how }: Calling): Promise<Told> {
  const args = Object.entries(how).flatMap(([name, value]) => [`--${name}`, String(value)])
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', CALLER, '--base', base, ...args], {
    env: { ...process.env, CALLER_KEYS: keys.join(',') },
    maxBuffer: 1024 * 1024 * 1024,
  })
  return JSON.parse(stdout) as Told
}

/** Notes a failure for answers other than these. */
export function expectStatuses(
  context: CheckContext,
  { statuses }: Told,
  { who, allowed }: { who: string; allowed: readonly string[] },
): void {
  const odd = Object.entries(statuses).filter(([status]) => !allowed.includes(status))
  context.expect(odd.length === 0, `${who} was answered ${odd.map((one) => one.join(' × ')).join(', ')}`)
}
