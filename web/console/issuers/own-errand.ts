import { CallError, call } from '../../lib/call.ts'
import { type Errand, leaveFor } from '../../lib/errand.ts'
import type { BegunErrand } from '../answers.ts'

/**
 * What a tab of the console goes to an issuer for: to join with an invitation, to be linked, to show anew who it is, else to sign in; and where it goes on to.
 */
export type OperatorErrand = Errand & { readonly invitation?: string; readonly kind?: 'link' | 'proof'; readonly next: string }

/** Where errands of who is signed in begin, and where what comes back is shown. */
export const OWN_ERRANDS = {
  link: { begin: '/operator/auth/identities/begin', end: '/operator/auth/identities' },
  proof: { begin: '/operator/auth/proof/issuer/begin', end: '/operator/auth/proof/issuer' },
} as const

/** Sends who is signed in to an issuer; `keptNothing` is said where the tab can keep nothing. */
export async function leaveForIssuer(
  asked: { readonly issuer: string; readonly kind: 'link' | 'proof'; readonly next: string },
  keptNothing: string,
): Promise<void> {
  const { issuer, kind, next } = asked
  const { step, url } = await call<BegunErrand>(OWN_ERRANDS[kind].begin, { method: 'POST', body: { issuer } })
  const errand: OperatorErrand = { issuer, kind, step, next }
  if (!leaveFor(errand, url)) throw new CallError({ code: 'broken', message: keptNothing, status: 0 })
}
