import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { call } from '../lib/call.ts'
import { Failed } from './failed.tsx'
import { Page } from './page.tsx'
import { Waiting } from './waiting.tsx'
import { useWords } from './words.ts'

/** What the server answers to a GET, kept and asked for anew when the page is looked at again; its path is its name. */
export function useAsked<Answer>(path: string, options: { readonly everyMs?: number; readonly isWanted?: boolean } = {}) {
  return useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => call<Answer>(path, { signal }),
    enabled: options.isWanted ?? true,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
  })
}

type AskedAbout<Answer> = {
  readonly path: string
  readonly everyMs?: number
  /** Where what is shown is a whole page: what the page is called, and where to go on from it, while there is no answer. */
  readonly page?: { readonly title: string; readonly lead: ReactNode }
  readonly children: (answer: Answer) => ReactNode
}

/** Shows what was asked for when it is there; until then that it comes, or why it does not. */
export function Asked<Answer>(about: AskedAbout<Answer>) {
  const { data, error, refetch } = useAsked<Answer>(about.path, about.everyMs === undefined ? {} : { everyMs: about.everyMs })
  if (data !== undefined) return about.children(data)
  const { page } = about
  const instead = error === null ? <Waiting /> : <NotAnswered error={error} onRetry={() => void refetch()} />
  return page === undefined ? instead : <Page {...page}>{instead}</Page>
}

/** What went wrong with what was asked for, and the way to ask again. */
export function NotAnswered({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { retry } = useWords()
  return (
    <Failed
      error={error}
      acts={
        <button type="button" onClick={onRetry}>
          {retry}
        </button>
      }
    />
  )
}
