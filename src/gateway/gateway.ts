import type { Socket } from 'node:net'
import type { Agent } from 'undici'
import type { Clock, Ids, SeqMap } from '../lib/index.ts'
import type { Outside } from '../outbound/index.ts'
import type { Catalog, GatewaySettings, Model, Upstream } from '../spec/index.ts'
import type { Admission } from './admission.ts'
import type { BodyBudget } from './body-budget.ts'
import type { CallerCache } from './callers.ts'
import type { ControlClient } from './control-client.ts'
import type { KeylessTerms } from './keyless/terms.ts'
import type { SessionBook } from './realtime/session-book.ts'
import type { AffinityBook, HealthBook } from './routing/index.ts'
import { indexTargets, type Target } from './targets.ts'
import type { TimeShares } from './time-shares.ts'
import type { UpstreamClient } from './upstream-client/index.ts'

/** Everything a call needs of its gateway process. */
export type Gateway = {
  readonly settings: GatewaySettings
  readonly clock: Clock
  readonly ids: Ids
  readonly control: ControlClient
  readonly callers: CallerCache
  /** When calls may begin, where there is more to do than can be done. */
  readonly admission: Admission
  /** How much of bodies is kept at a time. */
  readonly bodies: BodyBudget
  /** For what would take all of the time. */
  readonly timeShares: TimeShares
  /** For calls whose body is at hand. */
  readonly upstreams: UpstreamClient
  /** For what is streamed to upstreams, and for what providers ask for. */
  readonly agent: Agent
  /** What the fetcher of addresses in requests calls, where an upstream wants bytes. */
  readonly outside: Outside
  /** Calls that are fetched for right now. */
  readonly fetching: Set<OpenCallView>
  readonly health: HealthBook
  readonly affinity: AffinityBook
  readonly isTrustedProxy: (address: string) => boolean
  /** The catalogue that holds now; undefined until control has sent the first. */
  catalog: IndexedCatalog | undefined
  ipSalt: number
  /** On which terms calls without a key are sold; undefined: they are not. */
  keyless: KeylessTerms | undefined
  /** Whether who has a wallet and no account is sold something, as whoever calls without a key is told. */
  isSoldToWallets: boolean
  /** Tags of the connections that are open now; gone with them. */
  readonly ipTags: WeakMap<Socket, { readonly address: string; readonly ipSalt: number; readonly tag: number }>
  /** Calls that are open, for draining and progress, by the number of their hold. */
  readonly openCalls: SeqMap<OpenCallView>
  readonly sessions: SessionBook
  isDraining: boolean
}

/** What the rest of the gateway may do with an open call. */
export type OpenCallView = {
  readonly reportProgress: () => void
  readonly abort: () => void
}

/** A catalogue with its look-ups. */
export type IndexedCatalog = {
  readonly catalog: Catalog
  readonly modelById: ReadonlyMap<string, Model>
  readonly upstreamBySerial: ReadonlyMap<number, Upstream>
  readonly unpriced: ReadonlySet<string>
  /** By the serial of a model. */
  readonly targets: ReadonlyMap<number, readonly Target[]>
}

/** Builds the look-ups of a catalogue. */
export function indexCatalog(catalog: Catalog): IndexedCatalog {
  return {
    catalog,
    modelById: new Map(catalog.models.map((model) => [model.id, model])),
    upstreamBySerial: new Map(catalog.upstreams.map((upstream) => [upstream.serial, upstream])),
    unpriced: new Set(catalog.unpriced),
    targets: indexTargets(catalog),
  }
}
