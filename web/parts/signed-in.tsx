import { useLocation, useNavigate } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { CallError } from '../lib/call.ts'
import { useAsked } from './asked.tsx'
import { Failed } from './failed.tsx'
import { Waiting } from './waiting.tsx'

/** What an app shows to those who are signed in alone, and who that is; `me` is where the server says it. */
export function signedIn<Session>(me: string) {
  const SessionContext = createContext<Session | undefined>(undefined)

  /** Lets others sign in first and come back to where they were. */
  function SignedInOnly({ children }: { readonly children: ReactNode }) {
    const { data, error } = useAsked<Session>(me)
    const navigate = useNavigate()
    const { href } = useLocation()
    const isOut = error instanceof CallError && error.status === 401
    // biome-ignore lint/correctness/useExhaustiveDependencies: where they wanted to be when they turned out to be nobody, not where they are sent
    useEffect(() => {
      if (isOut) void navigate({ to: '/sign-in', search: { next: href }, replace: true })
    }, [isOut])
    if (data !== undefined) return <SessionContext value={data}>{children}</SessionContext>
    return <div className="page">{error === null || isOut ? <Waiting /> : <Failed error={error} />}</div>
  }

  /** Who is signed in; only within SignedInOnly. */
  function useSession(): Session {
    const session = useContext(SessionContext)
    if (session === undefined) throw new Error('asked for the session outside of it')
    return session
  }

  return { SignedInOnly, useSession }
}
