/** What a trace of system calls tells of answers: how many there were, and which of them came before what they tell was on the disk. */
export type CommitTrace = {
  readonly acknowledged: number
  /** Acknowledgements, counted from 0, before which nothing was written to the write-ahead log. */
  readonly unwritten: readonly number[]
  /** Acknowledgements before which what was written had not been synchronised. */
  readonly unsynced: readonly number[]
}

type Event = { readonly kind: 'write' | 'sync' | 'answer'; readonly path: string; readonly begin: number; readonly end: number }

const WRITES = /^(?:pwrite64|pwritev2?|write|writev)$/
const SYNCS = /^(?:fdatasync|fsync)$/
const LOG_FILE = /\/pg_wal\/[0-9A-F]{24}$/
const ANSWER = /"HTTP\/1\.1 2\d\d /

/**
 * Reads what `strace -f -y` wrote: for each answer that an operator was given there has to be a write to the write-ahead log since the answer
 * before, and a synchronisation of that file that began after the write had ended and had ended before the answer began.
 */
export function readCommitTrace(lines: readonly string[]): CommitTrace {
  const events = eventsOf(lines).toSorted((a, b) => a.begin - b.begin)
  const unwritten: number[] = []
  const unsynced: number[] = []
  let last = -1
  let acknowledged = 0
  for (const answer of events.filter(({ kind }) => kind === 'answer')) {
    const before = events.filter(({ begin, end }) => begin > last && end < answer.begin)
    const writes = before.filter(({ kind }) => kind === 'write')
    const isSynced = (write: Event): boolean =>
      before.some(({ kind, path, begin }) => kind === 'sync' && path === write.path && begin > write.end)
    if (writes.length === 0) unwritten.push(acknowledged)
    else if (!writes.some(isSynced)) unsynced.push(acknowledged)
    last = answer.begin
    acknowledged += 1
  }
  return { acknowledged, unwritten, unsynced }
}

type Begun = { readonly name: string; readonly path: string; readonly begin: number; readonly text: string }

/** System calls that succeeded, by the lines on which they began and ended; one that another process interrupts has two. */
function eventsOf(lines: readonly string[]): readonly Event[] {
  const open = new Map<string, Begun>()
  const events: Event[] = []
  for (const [index, line] of lines.entries()) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const begun = beginningOf(rest, index) ?? open.get(pid)
    if (begun === undefined) continue
    if (rest.endsWith('<unfinished ...>')) {
      open.set(pid, begun)
      continue
    }
    open.delete(pid)
    const kind = kindOf(begun)
    if (kind !== undefined && /= \d+$/.test(rest)) events.push({ kind, path: begun.path, begin: begun.begin, end: index })
  }
  return events
}

function beginningOf(text: string, begin: number): Begun | undefined {
  const [, name = '', path = ''] = /^(\w+)\(\d+<([^>]*)>/.exec(text) ?? []
  return name === '' ? undefined : { name, path, begin, text }
}

function kindOf({ name, path, text }: Begun): Event['kind'] | undefined {
  if (SYNCS.test(name)) return LOG_FILE.test(path) ? 'sync' : undefined
  if (WRITES.test(name) && LOG_FILE.test(path)) return 'write'
  return ANSWER.test(text) ? 'answer' : undefined
}
