import { execFile } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CheckContext } from '../harness/index.ts'

const CALLER = fileURLToPath(new URL('caller.ts', import.meta.url))
const STREAM_CALLER = fileURLToPath(new URL('stream-caller.ts', import.meta.url))

/** Who calls what: the listener, keys that take turns, and how it calls, as caller.ts has it. */
export type Calling = {
  readonly base: string
  readonly keys: readonly string[]
  readonly how: Readonly<Partial<Record<'connections' | 'every' | 'seconds' | 'calls' | 'left' | 'bytes', number>>>
}

/** What came of it: answers by status (0: none), calls that were broken off, latencies of 200 in microseconds. */
export type Told = { readonly statuses: Readonly<Record<string, number>>; readonly micros: readonly number[]; readonly left: number }

/** Calls from a process of its own; who calls on time goes before others on its processors, as the wait for them is no gateway's. */
export const runCaller = ({ base, keys, how }: Calling): Promise<Told> =>
  runProgram<Told>(CALLER, { base, keys, how, isFirst: how.every !== undefined })

/** Streams that one customer opens: how many, how many a second, and tokens of each. */
export type Streaming = {
  readonly base: string
  readonly key: string
  readonly how: Readonly<Record<'streams' | 'rate' | 'tokens', number>>
}

/** What came of them: those that were whole, what the others ended with, microseconds to first bytes. */
export type StreamsTold = {
  readonly whole: number
  readonly broken: Readonly<Record<string, number>>
  readonly firstMicros: readonly number[]
}

/** Opens streams from a process of its own and reads them to their ends. */
export const runStreams = ({ base, key, how }: Streaming): Promise<StreamsTold> =>
  runProgram<StreamsTold>(STREAM_CALLER, { base, keys: [key], how })

type Program = {
  readonly base: string
  readonly keys: readonly string[]
  readonly how: Readonly<Record<string, number>>
  readonly isFirst?: boolean
}

async function runProgram<Result>(program: string, { base, keys, how, isFirst }: Program): Promise<Result> {
  const args = Object.entries(how).flatMap(([name, value]) => [`--${name}`, String(value)])
  const running = promisify(execFile)(process.execPath, ['--no-warnings', program, '--base', base, ...args], {
    env: { ...process.env, CALLER_KEYS: keys.join(',') },
    maxBuffer: 1024 * 1024 * 1024,
  })
  if (isFirst) putFirst(running.child.pid)
  return JSON.parse((await running).stdout) as Result
}

/** Only a machine's administrator may; for others the caller waits for processors like the rest, and its figures are no better than true. */
function putFirst(pid: number | undefined): void {
  if (pid !== undefined && process.getuid?.() === 0) setPriority(pid, constants.priority.PRIORITY_HIGH)
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
