import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { until } from '../parallel.ts'
import { ByteSearch, type Pattern } from './byte-search.ts'

/** The calls of the kernel by which bytes leave a process, and the one that makes a ring through which they would leave unseen. */
const CALLS = [
  ...['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'sendto', 'sendmsg', 'sendmmsg'],
  ...['sendfile', 'splice', 'copy_file_range', 'io_uring_setup'],
]

/**
 * What a program has to be started by so that every write of it and of all it starts is written down, with what it goes to;
 * rings, by which it could write unseen, are refused as by a kernel that has none. The tracer is nobody's parent, so that processes stand to one another as they do without it. Source: strace(1) (2026-11-26).
 */
export const tracing = (file: string): readonly string[] => [
  ...['strace', '-D', '-f', '-yy', '-qq', '-s', '70000', '--seccomp-bpf', '-o', file],
  ...['-e', `trace=${CALLS.join(',')}`, '-e', 'inject=io_uring_setup:error=ENOSYS'],
]

const WRITTEN_MS_MAX = 60_000

/** Waits until the tracer has written what it saw: it ends after the last of what it traced, and nobody's child tells when. */
export async function traceWritten(file: string): Promise<void> {
  const isTracing = async (): Promise<boolean> =>
    readdirSync('/proc').some(
      (pid) => /^\d+$/.test(pid) && commandOf(pid).split('\0').includes(file) && commandOf(pid).startsWith('strace'),
    )
  if (await until(isTracing, (is) => !is, WRITTEN_MS_MAX)) throw new Error('strace has not ended')
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    // It has ended.
    return ''
  }
}

/** A write that held a canary. */
export type TracedWrite = { readonly pid: number; readonly to: string; readonly canary: string; readonly form: string }

/** What a trace holds: how many calls, how many rings were made and refused, and each write with a canary. */
export type Trace = { readonly calls: number; readonly rings: number; readonly ringsRefused: number; readonly held: readonly TracedWrite[] }

/** Reads a trace, line by line, as it may be larger than memory. */
export async function readTrace(file: string, patterns: readonly Pattern[]): Promise<Trace> {
  const search = new ByteSearch(patterns)
  const held: TracedWrite[] = []
  let [calls, rings, ringsRefused] = [0, 0, 0]
  for await (const line of createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Number.POSITIVE_INFINITY })) {
    const [, pid = '', call = '', to = ''] = /^(\d+) +(\w+)\((?:\d+<((?:->|[^<>"]|<[^>]*>)*)>)?/.exec(line) ?? []
    if (call === '') continue
    calls += 1
    const isRing = call === 'io_uring_setup'
    const isRefused = line.includes('ENOSYS') || line.includes('<unfinished')
    if (isRing && isRefused) ringsRefused += 1
    if (isRing && !isRefused) rings += 1
    for (const { canary, form } of search.scan(Buffer.from(line, 'latin1'))) held.push({ pid: Number(pid), to, canary, form })
  }
  return { calls, rings, ringsRefused, held }
}

/** The ports of a TCP connection as the trace names it; undefined for all that is none. */
export function portsOf(to: string): { readonly local: number; readonly remote: number } | undefined {
  const [, local, remote] = /^TCP(?:v6)?:\[.*:(\d+)->.*:(\d+)\]$/.exec(to) ?? []
  return local === undefined ? undefined : { local: Number(local), remote: Number(remote) }
}
