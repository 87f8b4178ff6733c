import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { ByteSearch, type Pattern } from './byte-search.ts'

const PIECE_BYTES = 4 * 1024 * 1024

/** The canaries in the memory of a process that its kernel shows as written by it or shared. Undefined when it may not be read. */
export function canariesInMemory(pid: number, patterns: readonly Pattern[]): ReadonlySet<string> | undefined {
  const search = new ByteSearch(patterns)
  const found = new Set<string>()
  const memory = openOrNothing(pid)
  if (memory === undefined) return undefined
  try {
    for (const { start, end } of regionsOf(pid)) {
      for (let at = start; at < end; at += PIECE_BYTES) {
        const bytes = readAt(memory, { at, length: Math.min(PIECE_BYTES + search.patternBytesMax, end - at) })
        for (const { canary } of search.scan(bytes)) found.add(canary)
      }
    }
  } finally {
    closeSync(memory)
  }
  return found
}

type Region = { readonly start: number; readonly end: number }

/** Source: proc(5), /proc/pid/maps (2026-11-26). */
function regionsOf(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, start = '', end = '', rights = ''] = /^([\da-f]+)-([\da-f]+) (\S{4}) /.exec(line) ?? []
      return rights.startsWith('r') && !line.includes('[v') ? [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }] : []
    })
}

function readAt(memory: number, { at, length }: { readonly at: number; readonly length: number }): Buffer {
  const buffer = Buffer.alloc(length)
  try {
    return buffer.subarray(0, readSync(memory, buffer, 0, length, at))
  } catch {
    // Unmapped since, or pages of a device.
    return Buffer.alloc(0)
  }
}

function openOrNothing(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/mem`, 'r')
  } catch {
    // The process has ended, or the right to look into it is missing.
    return undefined
  }
}
