import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { call } from '../lib/call.ts'
import { Failed } from './failed.tsx'
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

/** Shows what was asked for when it is there; until then that it comes, or why it does not. */
export function Asked<Answer>(about: {
  readonly path: string
  readonly everyMs?: number
  readonly children: (answer: Answer) => ReactNode
}) {
  const words = useWords()
  const { data, error, refetch } = useAsked<Answer>(about.path, about.everyMs === undefined ? {} : { everyMs: about.everyMs })
  if (data !== undefined) return about.children(data)
  if (error === null) return <Waiting />
  return (
    <Failed
      error={error}
      acts={
        <button type="button" onClick={() => void refetch()}>
          {words.retry}
        </button>
      }
    />
  )
}
