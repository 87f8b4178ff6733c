import { useInfiniteQuery } from '@tanstack/react-query'
import type { ComponentProps, ReactNode } from 'react'
import { call } from '../lib/call.ts'
import { Failed } from './failed.tsx'
import { List } from './list.tsx'
import { Empty } from './page.tsx'
import { Waiting } from './waiting.tsx'
import { useWords } from './words.ts'

type Page<Entry> = { readonly data: readonly Entry[]; readonly next: string | null }

/** A list that the server gives page by page: what is there, and more when it is asked for. */
export function Paged<Entry>(
  about: Omit<ComponentProps<typeof List<Entry>>, 'entries' | 'part'> & { readonly path: string; readonly none: ReactNode },
) {
  const { path, none, ...list } = about
  const words = useWords()
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: [path, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call<Page<Entry>>(pageParam === '' ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(pageParam)}`, {
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const entries = data?.pages.flatMap((page) => page.data)
  return (
    <>
      {entries === undefined && error === null && <Waiting />}
      {entries?.length === 0 && <Empty>{none}</Empty>}
      {entries !== undefined && entries.length > 0 && <List {...list} entries={entries} />}
      {error !== null && (
        <Failed
          error={error}
          acts={
            <button type="button" onClick={() => void refetch()}>
              {words.retry}
            </button>
          }
        />
      )}
      {hasNextPage && (
        <div className="row">
          <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {words.more}
          </button>
        </div>
      )}
    </>
  )
}
