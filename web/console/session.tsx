import { useLocation, useNavigate } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { CallError, call } from '../lib/call.ts'
import { Failed, useAsked, Waiting } from '../parts/index.ts'
import type { OperatorMe } from './answers.ts'

/** Who of the operators is signed in, and what they may do. */
export type OperatorSession = OperatorMe

const SessionContext = createContext<OperatorSession | undefined>(undefined)

/** Shows what is for operators who are signed in, and lets others sign in first and come back to where they were. */
export function SignedInOnly({ children }: { readonly children: ReactNode }) {
  const { data, error } = useAsked<OperatorSession>('/operator/auth/me')
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
export function useSession(): OperatorSession {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('asked for the session outside of it')
  return session
}

/** Ends the session, here and on the server. */
export async function signOut(): Promise<void> {
  await call('/operator/auth/sign-out', { method: 'POST' })
  window.location.assign('/console/sign-in')
}

/** A path within the app to go on to after signing in; anything else is not followed. */
export const safeNext = (next: unknown): string =>
  typeof next === 'string' && /^\/(?!sign-in)[\w\-./?=&#%]*$/.test(next) && !next.includes('//') ? next : '/'
