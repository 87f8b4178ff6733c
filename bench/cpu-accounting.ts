import { readdirSync, readFileSync } from 'node:fs'

/** Nanoseconds on a CPU so far, by "pid/thread". */
export type TaskCpu = ReadonlyMap<string, number>

/** One line of the process table. */
export type ProcessRow = { readonly pid: number; readonly parent: number; readonly commandLine: string }

/** The CPU time of every thread of these processes now; processes that are gone count as absent. */
export function readTaskCpu(pids: readonly number[]): TaskCpu {
  const cpu = new Map<string, number>()
  for (const pid of pids) {
    for (const task of entriesOf(`/proc/${pid}/task`)) {
      const text = textOf(`/proc/${pid}/task/${task}/schedstat`)
      if (text !== undefined) cpu.set(`${pid}/${task}`, parseSchedstat(text))
    }
  }
  return cpu
}

/** Nanoseconds a thread ran, the first field of /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst of the kernel, 2026-11-21). */
export function parseSchedstat(text: string): number {
  const nanos = Number(text.trim().split(/\s+/)[0])
  if (!Number.isFinite(nanos)) throw new Error(`not a schedstat line: ${text}`)
  return nanos
}

/** Microseconds spent between two readings: threads that began in between count from zero, threads that ended count no further. */
export function cpuMicrosBetween(before: TaskCpu, after: TaskCpu): number {
  let nanos = 0
  for (const [task, now] of after) {
    const then = before.get(task) ?? 0
    // A smaller value means that the number was given to a new thread, whose whole time lies in the interval.
    nanos += now >= then ? now - then : now
  }
  return nanos / 1000
}

/** Microseconds that all processes of the machine and its kernel have spent on all cores, to 10 ms; idle and stolen time are left out. */
export const machineMicros = (): number => parseMachineMicros(textOf('/proc/stat') ?? '')

/** The same from the text of /proc/stat, whose first line counts hundredths of a second: user, nice, system, idle, iowait, irq, softirq. */
export function parseMachineMicros(text: string): number {
  const ticks = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? []
  return [0, 1, 2, 5, 6].reduce((sum, i) => sum + (ticks[i] ?? 0), 0) * 10_000
}

/** The processes at and below the given ones, from a process table. */
export function descendants(table: readonly ProcessRow[], roots: readonly number[]): number[] {
  const found = new Set(roots.filter((root) => table.some((row) => row.pid === root)))
  let before = -1
  while (before !== found.size) {
    before = found.size
    for (const row of table) if (found.has(row.parent)) found.add(row.pid)
  }
  return [...found].sort((a, b) => a - b)
}

/** The processes at and below one that runs now. */
export const processTree = (pid: number): number[] => descendants(readProcessTable(), [pid])

/** Every process of the machine that may be read. */
export function readProcessTable(): ProcessRow[] {
  const rows: ProcessRow[] = []
  for (const name of entriesOf('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = textOf(`/proc/${name}/stat`)
    if (stat === undefined) continue
    const commandLine = (textOf(`/proc/${name}/cmdline`) ?? '').replaceAll('\0', ' ').trim()
    rows.push({ pid: Number(name), parent: parseParent(stat), commandLine })
  }
  return rows
}

/** The parent's pid in /proc/PID/stat, whose second field is a name in brackets that may itself hold brackets and spaces. */
export function parseParent(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/** Memory of the processes that is in RAM, in MB of 10^6 bytes; pages they share count once for each. */
export function residentMegabytes(pids: readonly number[]): number {
  let kibibytes = 0
  for (const pid of pids) {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`) ?? '')
    kibibytes += Number(line?.[1] ?? 0)
  }
  return (kibibytes * 1024) / 1e6
}

// A process may end between the listing and the reading; that is the common case here and no failure.
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return absent(error)
  }
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    return absent(error) ?? []
  }
}

function absent(error: unknown): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined
  throw error
}
