import { useQueryClient } from '@tanstack/react-query'
import { call } from '../lib/call.ts'
import { signedIn } from '../parts/index.ts'
import { forgetActing } from './acting.tsx'
import type { Profile } from './answers.ts'

/** Shows pages to people who are signed in, and tells who that is. */
export const { SignedInOnly, useSession } = signedIn<Profile>('/api/auth/me', ({ person }) => person.id)

/** Forgets everything that was asked for somebody else. */
export function useForget(): () => void {
  const client = useQueryClient()
  return () => client.clear()
}

/** Ends the session, here and on the server. */
export function useSignOut(): (to?: string) => Promise<void> {
  const forget = useForget()
  return async (to = '/sign-in') => {
    await call('/api/auth/sign-out', { method: 'POST' })
    forgetActing()
    forget()
    window.location.assign(to)
  }
}

/** A path within the app to go on to after signing in; anything else is not followed. */
export const safeNext = (next: unknown): string =>
  typeof next === 'string' && /^\/dashboard(?:[/?#][\w\-./?=&#%]*)?$/.test(next) && !next.includes('//') ? next : '/dashboard'
