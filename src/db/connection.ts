import { type ClientConfig, types } from 'pg'

/** The roles that migrations make: farebox_app keeps people, keys and the catalogue; farebox_ledger alone writes money. */
export type DatabaseRole = 'farebox_app' | 'farebox_ledger'

/** Every role. */
export const ROLES: readonly DatabaseRole[] = ['farebox_app', 'farebox_ledger']

/** What a session is set to when it begins. Milliseconds; 0 means no bound. */
export type SessionSettings = {
  readonly role: DatabaseRole | undefined
  readonly statementTimeoutMs: number
  readonly connectTimeoutMs: number
}

/** What the driver needs to open a session on schema farebox; `connection` is a postgres:// URL and a secret. */
export function clientConfig(connection: string, session: SessionSettings): ClientConfig {
  const { role, statementTimeoutMs, connectTimeoutMs } = session
  const options = ['search_path=farebox', `statement_timeout=${statementTimeoutMs}`, 'idle_in_transaction_session_timeout=60000']
  if (role !== undefined) options.push(`role=${role}`)
  return {
    connectionString: withOptions(connection, options.map((option) => `-c ${option}`).join(' ')),
    application_name: 'farebox',
    keepAlive: true,
    types: { getTypeParser: parserFor },
    ...(connectTimeoutMs > 0 && { connectionTimeoutMillis: connectTimeoutMs }),
    // The server's own bound comes first; this one is for a server that does not answer at all.
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + 2000 }),
  }
}

/** A connection URL with startup options after those it already has, as the last one holds. */
function withOptions(connection: string, options: string): string {
  // A URL with a user but no host, as libpq takes it with ?host=/directory, is none to the WHATWG parser.
  const url = new URL(connection.replace(/@\//, '@localhost/'))
  const own = url.searchParams.get('options')
  url.searchParams.set('options', own === null ? options : `${own} ${options}`)
  return url.href
}

/** The same connection for another database of the same server. */
export function withDatabase(connection: string, database: string): string {
  const url = new URL(connection.replace(/@\//, '@localhost/'))
  url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

/** What a connection leads to, for people: the name of the database and its host, and nothing that opens it. */
export function nameDatabase(connection: string): string {
  const url = new URL(connection.replace(/@\//, '@localhost/').replace(/:\/\/\//, '://localhost/'))
  const host = url.searchParams.get('host') ?? url.host
  return `database ${decodeURIComponent(url.pathname.slice(1))} on ${host}`
}

/** The same connection for another user. */
export function withLogin(connection: string, login: { readonly user: string; readonly password: string }): string {
  // A URL without a host takes no user.
  const url = new URL(connection.replace(/@\//, '@localhost/').replace(/:\/\/\//, '://localhost/'))
  // The driver believes these before what stands in front of the host.
  url.searchParams.delete('user')
  url.searchParams.delete('password')
  url.username = login.user
  url.password = login.password
  return url.href
}

/** A connection URL for a Unix socket in `directory`; the directory stands as ?host=, as in libpq. */
export function socketConnection(at: {
  readonly directory: string
  readonly user: string
  readonly password: string
  readonly database: string
}): string {
  const url = new URL('postgres://localhost/')
  url.username = at.user
  url.password = at.password
  url.pathname = `/${at.database}`
  url.searchParams.set('host', at.directory)
  url.searchParams.set('sslmode', 'disable')
  return url.href
}

const INT8 = 20
const DATE = 1082
const TEXT_ARRAY: number = 1009
const INT8_ARRAY = 1016
const DATE_ARRAY = 1182

const parseTextArray: (text: string) => readonly (string | null)[] = types.getTypeParser(TEXT_ARRAY)
const asText = (text: string): string => text

/** bigint as BigInt, a date as "YYYY-MM-DD"; numeric stays text, timestamptz becomes a Date, as the driver does by itself. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [INT8]: BigInt,
  [INT8_ARRAY]: (text) => parseTextArray(text).map((item) => (item === null ? null : BigInt(item))),
  [DATE]: asText,
  [DATE_ARRAY]: parseTextArray,
}

const parserFor: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  (format !== 'binary' && PARSERS[oid]) || types.getTypeParser(oid, format ?? 'text')
