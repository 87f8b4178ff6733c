import { type Database, sql } from '../../db/index.ts'
import { inForceAt } from './in-force.ts'
import { doesList, type LabelPart, labelsOf, type ProviderLabel, worseParts } from './provider-label.ts'
import type { UpstreamInUse } from './subprocessor.ts'

/** What a version lists: names, and labels unless it is from before they were kept; the day is in milliseconds since 1970 UTC. */
export type Listing = {
  readonly number: number
  readonly recipients: readonly string[]
  readonly providers?: readonly ProviderLabel[] | undefined
  readonly isSignificant: boolean
  readonly effectiveAt: number
}

/** A provider that no call goes to yet: it is new on the list, or worse than the list says. */
export type Hold = {
  readonly label: ProviderLabel
  /** What is worse than the version in force says; empty for one that it does not name. */
  readonly worse: readonly LabelPart[]
  /** The version that lets calls go to it, and when; undefined before it is published. */
  readonly version: number | undefined
  readonly until: number | undefined
}

/**
 * Providers of others that may not be called at a time: those that the version in force does not list as they are now. Before anything is
 * published none is, as the first version is made of what there is then; and never what runs on machines of one's own.
 */
export function holdsOf(inUse: readonly UpstreamInUse[], listings: readonly Listing[], now: number): readonly Hold[] {
  const current = inForceAt(listings, now)
  if (current === undefined) return []
  return labelsOf(inUse)
    .filter((label) => !doesList(current, label))
    .map((label) => {
      const until = changesAfter(listings, now).find((at) => doesList(inForceAt(listings, at) ?? current, label))
      const version = until === undefined ? undefined : inForceAt(listings, until)?.number
      return { label, worse: worseThan(current, label), version, until }
    })
}

/** When another version takes effect; of several at once the last one holds. */
const changesAfter = (listings: readonly Listing[], now: number): readonly number[] =>
  listings
    .map(({ effectiveAt }) => effectiveAt)
    .filter((at) => at > now)
    .toSorted((a, b) => a - b)

function worseThan({ providers = [] }: Listing, label: ProviderLabel): readonly LabelPart[] {
  const said = providers.find(({ name }) => name === label.name)
  return said === undefined ? [] : worseParts(said, label)
}

type Row = Omit<Listing, 'effectiveAt' | 'providers' | 'isSignificant'> & {
  readonly providers: readonly ProviderLabel[] | null
  readonly is_significant: boolean
  readonly effective_at: Date
}

/** What each version lists, the first one first. */
export async function readListings(database: Database): Promise<readonly Listing[]> {
  const rows = await database.query<Row>(
    sql`select number, recipients, providers, is_significant, effective_at from policy_version order by number`,
  )
  return rows.map(({ number, recipients, providers, is_significant, effective_at }) => ({
    ...{ number, recipients, providers: providers ?? undefined, isSignificant: is_significant, effectiveAt: effective_at.getTime() },
  }))
}

/** Milliseconds until the next version takes effect, by the database's clock; undefined when none will. */
export async function millisToNextVersion(database: Database): Promise<number | undefined> {
  const [row] = await database.query<{ readonly millis: number | null }>(sql`
    select (extract(epoch from min(effective_at) - statement_timestamp()) * 1000)::float8 as millis
    from policy_version where effective_at > statement_timestamp()`)
  return row?.millis ?? undefined
}
