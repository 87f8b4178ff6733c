import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import type { ByteSearch } from './byte-search.ts'

const PIECE_BYTES = 4 * 1024 * 1024

/**
 * The canaries in the memory that a process can write to. Undefined when it may not be read. What several processes share is read in the first of
 * them: `shared` remembers it.
 */
export function canariesInMemory(pid: number, search: ByteSearch, shared = new Set<string>()): ReadonlySet<string> | undefined {
  const found = new Set<string>()
  const memory = openOrNothing(pid)
  if (memory === undefined) return undefined
  try {
    for (const { start, end, name } of regionsOf(pid)) {
      if (name !== undefined && shared.has(name)) continue
      if (name !== undefined) shared.add(name)
      for (const canary of canariesBetween({ memory, search }, start, end)) found.add(canary)
    }
  } finally {
    closeSync(memory)
  }
  return found
}

function* canariesBetween(
  { memory, search }: { readonly memory: number; readonly search: ByteSearch },
  start: number,
  end: number,
): Generator<string> {
  for (let at = start; at < end; at += PIECE_BYTES) {
    const bytes = readAt(memory, { at, length: Math.min(PIECE_BYTES + search.patternBytesMax, end - at) })
    for (const { canary } of search.scan(bytes)) yield canary
  }
}

/** `name` tells apart what is shared; undefined for memory of one's own. */
type Region = { readonly start: number; readonly end: number; readonly name: string | undefined }

/** Source: proc(5), /proc/pid/maps (2026-11-26). */
function regionsOf(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, start = '', end = '', rights = '', place = ''] = /^([\da-f]+)-([\da-f]+) (\S{4}) (\S+ \S+ \S+)/.exec(line) ?? []
      if (!rights.startsWith('rw') || line.includes('[v')) return []
      return [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), name: rights.endsWith('s') ? place : undefined }]
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
