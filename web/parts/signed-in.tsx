import { useLocation, useNavigate } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { CallError, SIGNED_OUT } from '../lib/call.ts'
import { NotAnswered, useAsked } from './asked.tsx'
import { SessionEnded } from './session-ended.tsx'
import { Waiting } from './waiting.tsx'

/** What an app shows to those who are signed in alone, and who that is; `me` is where the server says it, `nameOf` tells one from another. */
export function signedIn<Session>(me: string, nameOf: (session: Session) => string) {
  const SessionContext = createContext<Session | undefined>(undefined)

  /** Lets others sign in first and come back to where they were. Where somebody wrote something before their session ended, the page stays as it is. */
  function SignedInOnly({ children }: { readonly children: ReactNode }) {
    const { data, error, refetch } = useAsked<Session>(me)
    const navigate = useNavigate()
    const { href } = useLocation()
    const [writtenAt, setWrittenAt] = useState<string>()
    const hasEnded = error instanceof CallError && error.status === 401
    const isKept = hasEnded && data !== undefined && writtenAt === href
    const isOut = hasEnded && !isKept
    useEffect(() => {
      const ask = () => void refetch()
      window.addEventListener(SIGNED_OUT, ask)
      return () => window.removeEventListener(SIGNED_OUT, ask)
    }, [refetch])
    // biome-ignore lint/correctness/useExhaustiveDependencies: where they wanted to be when they turned out to be nobody, not where they are sent
    useEffect(() => {
      if (isOut) void navigate({ to: '/sign-in', search: { next: href }, replace: true })
    }, [isOut])
    if (data !== undefined)
      return (
        <SessionContext value={data}>
          <div key={nameOf(data)} className="through" onInput={() => setWrittenAt(href)}>
            {children}
          </div>
          {isKept && <SessionEnded onReturn={() => void refetch()} onLeave={() => setWrittenAt(undefined)} />}
        </SessionContext>
      )
    return (
      <div className="page">{error === null || isOut ? <Waiting /> : <NotAnswered error={error} onRetry={() => void refetch()} />}</div>
    )
  }

  /** Who is signed in; only within SignedInOnly. */
  function useSession(): Session {
    const session = useContext(SessionContext)
    if (session === undefined) throw new Error('asked for the session outside of it')
    return session
  }

  return { SignedInOnly, useSession }
}
