/**
 * A failure of the database, with nothing of the server's own words, as those can hold values: `code` is a SQLSTATE (23505), an errno
 * (ECONNREFUSED) or one of connection_lost, connect_timeout, query_timeout, pool_exhausted, pool_ended, authentication_failed,
 * tls_failed, driver_failed.
 */
export class DatabaseError extends Error {
  readonly code: string
  /** Whether the same work can succeed later without anybody changing it. A commit that failed so may still have happened. */
  readonly isTransient: boolean
  constructor(code: string) {
    super(code)
    this.name = 'DatabaseError'
    this.code = code
    this.isTransient = TRANSIENT.test(code)
  }
}

/** Whether a thrown thing is a failure of the database with this code, such as '23505'. */
export const isDatabaseError = (thrown: unknown, code: string): thrown is DatabaseError =>
  thrown instanceof DatabaseError && thrown.code === code

/** A thrown thing of the driver as a DatabaseError; keeps the code alone. */
export function toDatabaseError(thrown: unknown): DatabaseError {
  if (thrown instanceof DatabaseError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (typeof code === 'string' && /^[0-9A-Z_]{4,40}$/.test(code)) return new DatabaseError(code)
  return new DatabaseError(codeOfMessage(thrown instanceof Error ? thrown.message : ''))
}

/** Whether the server itself said no, so that the connection still carries other statements. */
export const isFromServer = (error: DatabaseError): boolean => SQLSTATE.test(error.code) && !/^(?:08|57P)/.test(error.code)

/** What a server says of a write that takes none, as one that became a standby: another connection may lead to the one that took its place. */
export const READ_ONLY = '25006'

const SQLSTATE = /^[0-9A-Z]{5}$/

/**
 * Connection lost, serialization and deadlock, resources short, cancelled, lock not available, shutting down or starting, read-only
 * after a failover; errno codes begin with E. Source: PostgreSQL 18 appendix A (2026-11).
 */
const TRANSIENT =
  /^(?:08\w{3}|40\w{3}|53\w{3}|57014|57P0[1-5]|55P03|25006|25P03|E(?!RR_)[A-Z_]{4,}|connection_lost|\w+_timeout|pool_exhausted)$/

/** The driver tells its own failures by message alone. */
function codeOfMessage(message: string): string {
  const [, code = 'driver_failed'] = MESSAGES.find(([pattern]) => pattern.test(message)) ?? []
  return code
}

const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/timeout exceeded when trying to connect|connection timeout|timeout expired/i, 'connect_timeout'],
  [/read timeout/i, 'query_timeout'],
  [/after calling end/i, 'pool_ended'],
  [/SASL|password/i, 'authentication_failed'],
  [/SSL/, 'tls_failed'],
  [/terminated|connection error|was closed/i, 'connection_lost'],
]
