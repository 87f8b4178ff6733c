import { readdirSync, readFileSync } from 'node:fs'

/** What a process of a running server does. */
export type ProcessRole = 'supervisor' | 'gateway' | 'control' | 'postgres' | 'other'

/** One process of a running server. */
export type ServerProcess = { readonly pid: number; readonly role: ProcessRole }

/**
 * Every process of a server: those below its supervisor, and those that name its data directory, as the database outlives its starter.
 * `postgres` is the postmaster alone; its children are `other`. Reads /proc, so it knows nothing elsewhere than on Linux.
 */
export function serverProcesses(supervisor: number, dataDir: string): readonly ServerProcess[] {
  const rows = processTable()
  const isNamed = (row: Row): boolean => row.commandLine.includes(dataDir) && row.pid !== process.pid
  const mine = new Set([supervisor, ...rows.filter(isNamed).map((row) => row.pid)])
  // A child can have a lower number than its parent, so the table is gone through until nothing is added.
  for (let size = 0; size < mine.size; ) {
    size = mine.size
    for (const row of rows) if (mine.has(row.parent)) mine.add(row.pid)
  }
  return rows.filter((row) => mine.has(row.pid)).map((row) => ({ pid: row.pid, role: roleOf(row, supervisor) }))
}

/** Resident memory of a process in bytes; 0 when it is gone. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readProcFile(pid, 'status'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** Whether a process runs; one that has ended and was not waited for does not. */
export const isRunning = (pid: number): boolean => !/^(?:Z|X|)$/.test(stateOf(pid))

/** Sends a signal to a process of our own; nothing when it is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}

/** Connections that are established to a local port, seen from the connecting side. */
export function connectionsTo(port: number): number {
  const wanted = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return rows.filter((row) => {
    const [, , remote, state] = row.trim().split(/\s+/)
    return remote === wanted && state === '01'
  }).length
}

type Row = { readonly pid: number; readonly parent: number; readonly commandLine: string }

function processTable(): readonly Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const pid = Number(name)
      // The second field, the name in brackets, may hold spaces and brackets itself.
      const parent = Number(/^\S+ \(.*\) \S (\d+)/s.exec(readProcFile(pid, 'stat'))?.[1] ?? 0)
      return { pid, parent, commandLine: readProcFile(pid, 'cmdline').replaceAll('\0', ' ') }
    })
}

const stateOf = (pid: number): string => /^\S+ \(.*\) (\S)/s.exec(readProcFile(pid, 'stat'))?.[1] ?? ''

function roleOf({ pid, commandLine }: Row, supervisor: number): ProcessRole {
  if (pid === supervisor) return 'supervisor'
  if (/src\/gateway\/main\.ts|server\/gateway\/gateway\.js/.test(commandLine)) return 'gateway'
  if (/src\/control\/main\.ts|server\/control\/control\.js/.test(commandLine)) return 'control'
  return /\/postgres -D /.test(commandLine) ? 'postgres' : 'other'
}

function readProcFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    // The process has ended meanwhile.
    return ''
  }
}
