import type { Headers, Target } from '../messages.ts'

/**
 * The proxies that can be compared; `direct` is no proxy at all and the base of added latencies; `node-sockets` passes bytes on and looks at
 * none; `farebox-cores` is Farebox with a gateway for every core, `farebox-tls` one whose listener speaks TLS, `farebox-before` that of another
 * checkout, to see what a change costs.
 */
export const PROXY_NAMES = [
  'direct',
  'nginx',
  'node-sockets',
  'farebox',
  'farebox-cores',
  'farebox-tls',
  'farebox-before',
  'portkey',
] as const
export type ProxyName = (typeof PROXY_NAMES)[number]

/** Those that are compared when nothing else is asked for. */
export const USUAL_PROXIES: readonly ProxyName[] = PROXY_NAMES.filter((name) => name !== 'farebox-before')

/** Process ids by what they do. `serving` is whatever has the client's connection; the rest is what else it takes to serve a call. */
export type Processes = { readonly serving: readonly number[]; readonly [role: string]: readonly number[] }

/** A proxy that runs and can be called. */
export type RunningProxy = {
  readonly name: ProxyName
  readonly version: string
  readonly target: Target
  /** Its listener that speaks TLS, where it has one beside. */
  readonly secureTarget?: Target
  /** Its processes now; asked anew for each measurement, as processes may be replaced. */
  readonly processes: () => Processes
  /** Header lines of customers that pay from accounts of their own. */
  readonly customers?: readonly Headers[]
  /** How long holds took so far: calls by the upper bound of their time in microseconds, not added up. */
  readonly holdTimes?: () => Promise<HoldTimes>
  /** What its database has taken so far. */
  readonly databaseUse?: () => Promise<DatabaseUse>
  /** Ends it and starts it again on the data that it has; `beside`: on a database that runs already, undefined where there is none to be had. */
  readonly starts?: () => Promise<{ readonly own: StartTimes; readonly beside: StartTimes | undefined }>
  readonly stop: () => Promise<void>
}

/** Milliseconds from a start until it says that it is ready: of the package that operators install, and of the sources. */
export type StartTimes = { readonly packed: number; readonly source: number }

/** Bytes of tables with their indexes and of the write-ahead log, and how many transactions have written, since there is the database. */
export type DatabaseUse = { readonly keptBytes: number; readonly logBytes: number; readonly commits: number }

/** Calls by the upper bound of their time in microseconds; Infinity for those above all bounds. */
export type HoldTimes = ReadonlyMap<number, number>

/** Why a proxy cannot be measured here. */
export type NotRun = { readonly name: ProxyName; readonly notRun: string }

/** Starts one proxy before the upstream at a port of 127.0.0.1; `directory` is a fresh one of its own. */
export type StartProxy = (place: { upstreamPort: number; directory: string }) => Promise<RunningProxy | NotRun>
