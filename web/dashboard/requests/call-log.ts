import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { type Known, withFirstPage, withNextPage } from '../../lib/newest-first.ts'
import type { CallPage, OwnCall } from '../answers.ts'

/** Of which calls: all of them, or those of a key, a model, an outcome. */
export type CallFilter = { readonly key?: string; readonly model?: string; readonly outcome?: string }

const PAGE = 100
const EVERY_MS = 3_000

/** The calls of an account as far as they were read, newest first. */
export type CallLog = {
  readonly calls: readonly OwnCall[] | undefined
  readonly error: unknown
  readonly hasMore: boolean
  readonly isReading: boolean
  readonly readMore: () => Promise<void>
}

/** Reads calls, newest first; while `isLive` the newest are asked for every 3 seconds. */
export function useCallLog(filter: CallFilter, isLive: boolean): CallLog {
  const path = pathOf(filter)
  const [log, setLog] = useState<{ readonly path: string; readonly known: Known<OwnCall> }>()
  const [more, setMore] = useState<{ readonly isReading: boolean; readonly error?: unknown }>({ isReading: false })
  const { data, error } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => call<CallPage>(path, { signal }),
    refetchInterval: isLive ? EVERY_MS : false,
  })
  useEffect(() => {
    if (data === undefined) return
    setLog((old) => ({ path, known: old?.path === path ? withFirstPage(old.known, knownOf(data), idOf) : knownOf(data) }))
    setMore({ isReading: false })
  }, [data, path])
  const known = log?.path === path ? log.known : undefined
  const readMore = async () => {
    if (known?.next === undefined || more.isReading) return
    setMore({ isReading: true })
    try {
      const page = await call<CallPage>(`${path}&cursor=${encodeURIComponent(known.next)}`)
      setLog((old) => (old?.path === path && old.known.next === known.next ? { path, known: withNextPage(old.known, knownOf(page)) } : old))
      setMore({ isReading: false })
    } catch (thrown) {
      setMore({ isReading: false, error: thrown instanceof CallError ? thrown : undefined })
    }
  }
  const failed = more.error ?? (known === undefined ? error : null)
  return { calls: known?.entries, error: failed, hasMore: known?.next !== undefined, isReading: more.isReading, readMore }
}

function pathOf({ key, model, outcome }: CallFilter): string {
  const query = new URLSearchParams({ limit: String(PAGE) })
  if (key !== undefined) query.set('keyId', key)
  if (model !== undefined) query.set('model', model)
  if (outcome !== undefined) query.set('outcome', outcome)
  return `/api/requests?${query.toString()}`
}

const idOf = (one: OwnCall): string => one.request_id
const knownOf = ({ data, next }: CallPage): Known<OwnCall> => ({ entries: data, next: next ?? undefined })
