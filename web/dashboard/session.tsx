import { useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { CallError, call } from '../lib/call.ts'
import { Failed, useAsked, Waiting } from '../parts/index.ts'
import type { Profile } from './answers.ts'

const ME = '/api/auth/me'
const SessionContext = createContext<Profile | undefined>(undefined)

/** Shows what is for people who are signed in, and lets others sign in first and come back to where they were. */
export function SignedInOnly({ children }: { readonly children: ReactNode }) {
  const { data, error } = useAsked<Profile>(ME)
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
export function useSession(): Profile {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('asked for the session outside of it')
  return session
}

/** Forgets everything that was asked for somebody else. */
export function useForget(): () => void {
  const client = useQueryClient()
  return () => client.clear()
}

/** Ends the session, here and on the server. */
export function useSignOut(): () => Promise<void> {
  const forget = useForget()
  return async () => {
    await call('/api/auth/sign-out', { method: 'POST' })
    forget()
    window.location.assign('/sign-in')
  }
}

/** A path within the app to go on to after signing in; anything else is not followed. */
export const safeNext = (next: unknown): string =>
  typeof next === 'string' && /^\/dashboard(?:[/?#][\w\-./?=&#%]*)?$/.test(next) && !next.includes('//') ? next : '/dashboard'
