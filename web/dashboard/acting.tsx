import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { actFor, CallError } from '../lib/call.ts'
import { type Keep, readKept, writeKept } from '../lib/kept.ts'
import { useAsked } from '../parts/index.ts'
import type { Profile } from './answers.ts'

const KEEP: Keep = 'farebox.account'

/** For which of their accounts a person acts; their own when undefined. */
type Acting = { readonly accountId: string | undefined; readonly choose: (accountId: string | undefined) => void }

const ActingContext = createContext<Acting>({ accountId: undefined, choose: () => undefined })

/** Acts for the account that was chosen in this browser, from the first request on. */
export function ActingAccount({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const [accountId, setAccountId] = useState(() => {
    const kept = readKept(KEEP)
    actFor(kept)
    return kept
  })
  const choose = (chosen: string | undefined) => {
    writeKept(KEEP, chosen)
    actFor(chosen)
    client.clear()
    setAccountId(chosen)
  }
  return <ActingContext value={{ accountId, choose }}>{children}</ActingContext>
}

/** For which account requests are made, and how to choose another. */
export const useActing = () => useContext(ActingContext)

/** Why the account that was chosen cannot be acted for: it is not theirs any more, its company sign-in has to come first, or another one's opens only that. */
const GONE: readonly string[] = ['account_unknown', 'sign_on_required', 'session_confined']

/** Goes back to a person's own account when the one that was chosen cannot be acted for, or to the team that they are confined to. */
export function BackToOwn({ children }: { readonly children: ReactNode }) {
  const { accountId, choose } = useActing()
  const { data, error } = useAsked<Profile>('/api/auth/me')
  const team = data?.confined_to?.account
  const isElsewhere = team !== undefined && team !== accountId
  const isGone = accountId !== undefined && error instanceof CallError && GONE.includes(error.code)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once when it turns out to be gone
  useEffect(() => {
    if (isGone) choose(undefined)
    else if (isElsewhere) choose(team)
  }, [isGone, isElsewhere])
  return isGone || isElsewhere ? null : children
}

/** Forgets which account was chosen, as whoever signs in next has others. */
export function forgetActing(): void {
  writeKept(KEEP, undefined)
  actFor(undefined)
}
