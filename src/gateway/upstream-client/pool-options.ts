import type { Clock } from '../../lib/index.ts'
import type { FieldNames } from './field-names.ts'
import type { OpenSocket } from './open-socket.ts'
import type { Pace } from './pace.ts'
import type { Turns } from './turns.ts'

/** How long an idle connection is kept, as many upstreams keep theirs a minute; 30 s after a crowd all that it opened is closed. */
export const IDLE_MS = 25_000

/** What all connections have in common; times in milliseconds. */
export type CommonOptions = {
  readonly clock: Clock
  readonly connectMs: number
  readonly turns: Turns
  readonly pace: Pace
  /** The fields of replies' heads that are told. */
  readonly kept: FieldNames
}

/** What the connections to an origin have in common. */
export type PoolOptions = CommonOptions & {
  readonly openSocket: OpenSocket
  /** Told of connections that are new and of those that are gone. */
  readonly onOpened: (connection: AnyConnection) => void
  readonly onClosed: (connection: AnyConnection) => void
}

/** A connection, whatever it carries. */
export type AnyConnection = {
  /** Ends what has taken too long by now. */
  readonly expire: (now: number) => void
  readonly destroy: () => void
}
