/**
 * What a log line may hold: a named event, numbers, booleans, and words that the code itself spells (ids, enum names).
 * There is no field for an error, a request or a message from outside, so content cannot reach a log by accident.
 */
export type LogEvent = {
  readonly event: string
  readonly [field: string]: string | number | bigint | boolean | undefined
}

/** Writes one event. */
export type Log = (entry: LogEvent) => void

const WORD = /^[A-Za-z0-9_.:/@+-]{1,80}$/

/** A log that writes JSON lines through `write`; string fields that are not a single plain word are replaced by "(withheld)". */
export function jsonLog(write: (line: string) => void, now: () => number): Log {
  return (entry) => {
    const line: Record<string, string | number | boolean> = { at: new Date(now()).toISOString() }
    for (const [field, value] of Object.entries(entry)) {
      if (value === undefined) continue
      if (typeof value === 'string') line[field] = WORD.test(value) ? value : '(withheld)'
      else line[field] = typeof value === 'bigint' ? value.toString() : value
    }
    write(`${JSON.stringify(line)}\n`)
  }
}

/** The code of a thrown thing (ECONNREFUSED, 23505, TypeError): the only part of an error that a log may hold. */
export function errorCode(thrown: unknown): string {
  if (thrown instanceof Error) {
    const code = (thrown as { code?: unknown }).code
    return typeof code === 'string' && WORD.test(code) ? code : thrown.constructor.name
  }
  return typeof thrown
}
