import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { type Known, withFirstPage, withNextPage, withSearchedPage } from '../../lib/newest-first.ts'
import type { CallPage, OwnCall } from '../answers.ts'

/**
 * Of which calls: all of them, or those of a key, a model, an outcome, of the keys that a member made, of a UTC day. None of the names is `key`, as
 * gateways take no address that could have a key in it.
 */
export type CallFilter = {
  readonly keyId?: string
  readonly model?: string
  readonly outcome?: string
  readonly day?: string
  readonly member?: string
}

const PAGE = 100
const EVERY_MS = 3_000
/** A search goes on by itself until it has so many calls, or has read so many pages. */
const ENOUGH = 20
const PAGES_MAX = 20

/** The calls of an account as far as they were read, newest first; `searchedTo` is how far back a search has come that is not at its end. */
export type CallLog = {
  readonly calls: readonly OwnCall[] | undefined
  readonly error: unknown
  readonly hasMore: boolean
  readonly isReading: boolean
  readonly searchedTo: string | undefined
  readonly readMore: () => Promise<void>
}

type Log = { readonly path: string; readonly known: Known<OwnCall>; readonly searchedTo: string | undefined; readonly pages: number }

/** Reads calls, newest first; while `isLive` the newest are asked for every 3 seconds. */
export function useCallLog(filter: CallFilter, isLive: boolean): CallLog {
  const path = pathOf(filter)
  const [kept, setLog] = useState<Log>()
  const [more, setMore] = useState<{ readonly isReading: boolean; readonly error?: unknown }>({ isReading: false })
  const { data, error } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => call<CallPage>(path, { signal }),
    refetchInterval: isLive ? EVERY_MS : false,
  })
  useEffect(() => {
    if (data === undefined) return
    setLog((old) => (old?.path === path ? refreshed(old, data) : begun(path, data)))
    setMore({ isReading: false })
  }, [data, path])
  const log = kept?.path === path ? kept : undefined
  const known = log?.known
  const readMore = async () => {
    if (known?.next === undefined || more.isReading) return
    setMore({ isReading: true })
    try {
      const page = await call<CallPage>(`${path}&cursor=${encodeURIComponent(known.next)}`)
      setLog((old) => (old?.path === path && old.known.next === known.next ? continued(old, page) : old))
      setMore({ isReading: false })
    } catch (thrown) {
      setMore({ isReading: false, error: thrown instanceof CallError ? thrown : undefined })
    }
  }
  const isSearching = log?.searchedTo !== undefined && log.known.entries.length < ENOUGH && log.pages % PAGES_MAX !== 0
  const isFailed = more.error !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page that was read, as long as it goes on
  useEffect(() => {
    if (isSearching && !isFailed) void readMore()
  }, [isSearching, isFailed, log?.known.next])
  const failed = more.error ?? (known === undefined ? error : null)
  return {
    ...{ calls: known?.entries, error: failed, hasMore: known?.next !== undefined, isReading: more.isReading || isSearching },
    ...{ searchedTo: log?.searchedTo, readMore },
  }
}

const begun = (path: string, page: CallPage): Log => ({ path, known: knownOf(page), searchedTo: page.searchedTo ?? undefined, pages: 1 })

/** After the first page was read again. A search has no last entry to go on from. */
function refreshed(old: Log, page: CallPage): Log {
  const isSearch = page.searchedTo !== null || old.searchedTo !== undefined
  return { ...old, known: isSearch ? withSearchedPage(old.known, knownOf(page), idOf) : withFirstPage(old.known, knownOf(page), idOf) }
}

const continued = (old: Log, page: CallPage): Log => ({
  path: old.path,
  known: withNextPage(old.known, knownOf(page)),
  searchedTo: page.searchedTo ?? undefined,
  pages: old.pages + 1,
})

function pathOf({ keyId, model, outcome, day, member }: CallFilter): string {
  const query = new URLSearchParams({ limit: String(PAGE) })
  for (const [name, value] of Object.entries({ keyId, model, outcome, day, memberId: member }))
    if (value !== undefined) query.set(name, value)
  return `/api/requests?${query.toString()}`
}

const idOf = (one: OwnCall): string => one.request_id
const knownOf = ({ data, next }: CallPage): Known<OwnCall> => ({ entries: data, next: next ?? undefined })
