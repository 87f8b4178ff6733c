import { fail } from '../failures.ts'
import type { Asking, Issuer, ReturnedCode, Vouched } from '../issuers/index.ts'
import type { IdentityOptions } from './options.ts'
import type { IdentityParts } from './parts.ts'
import { isToken, makeToken } from './secret-token.ts'
import { beginStep, endStep } from './steps.ts'

/** What somebody goes to an issuer for: to sign in, to open an account, to link who they are there with who they are here, to show anew that it is them. */
export const OUTSIDE_AIMS = ['sign-in', 'sign-up', 'link', 'proof'] as const
export type OutsideAim = (typeof OUTSIDE_AIMS)[number]

/** Which issuer, what for, and who goes; the person is undefined where nobody is signed in. */
export type OutsideErrand = { readonly issuer: string; readonly aim: OutsideAim; readonly personId: string | undefined }

/** An errand that is begun: where the browser goes, and what the page has to keep until it is back; without it nothing that comes back is taken. */
export type BegunErrand = { readonly step: string; readonly url: string }

/** What the page kept, and what the browser came back with. */
export type ReturnedErrand = OutsideErrand & { readonly step: string; readonly returned: ReturnedCode }

const AUDIENCE = 'customers'

/** Sends somebody to an issuer; good for ten minutes. Fails with issuer_unknown, issuer_unreachable. */
export async function beginErrand(parts: IdentityParts, errand: OutsideErrand): Promise<BegunErrand> {
  const { database, random } = parts
  const step = makeToken(random)
  const url = await issuerOf(parts, errand.issuer).begin(askingOf(parts, { ...errand, step }))
  await beginStep(database, parts, { ...stepOf({ ...errand, step }), personId: errand.personId })
  return { step, url }
}

/**
 * Whom the issuer vouches for, to the page that began the errand alone, and once. Fails with issuer_unknown, issuer_refused, issuer_unreachable; after
 * each of them one has to begin anew.
 */
export async function endErrand(parts: IdentityParts, { returned, ...errand }: ReturnedErrand): Promise<Vouched> {
  const { database } = parts
  const isOurs = isToken(errand.step) && (await endStep(database, parts, { ...stepOf(errand), personId: errand.personId }))
  if (!isOurs) fail('issuer_refused')
  return await issuerOf(parts, errand.issuer).end(askingOf(parts, errand), returned)
}

/** An issuer of the operator's, or of a team's. Fails with issuer_unknown. */
function issuerOf({ issuers, teamIssuers }: IdentityParts, id: string): Issuer {
  if (teamIssuers?.isTeams(id) === true)
    return { begin: (asking) => teamIssuers.begin(id, asking), end: (asking, returned) => teamIssuers.end(id, asking, returned) }
  const which = { id, audience: AUDIENCE } as const
  if (issuers === undefined) return fail('issuer_unknown')
  return { begin: (asking) => issuers.begin(which, asking), end: (asking, returned) => issuers.end(which, asking, returned) }
}

type Stepped = Omit<OutsideErrand, 'personId'> & { readonly step: string }

/** A step is bound to its issuer, so that what one issuer answered is shown to no other. */
const stepOf = ({ issuer, aim, step }: Stepped) => ({ kind: `issuer-${aim}`, token: `${issuer}\n${step}` }) as const

/**
 * Nothing of an attempt has to be kept: what the issuer is shown is made of what the page keeps, under a key of ours. Each issuer has an address of its own to
 * come back to. Source: RFC 9700 §4.4.2 (2025-01).
 */
function askingOf({ subjects, publicUrl }: Pick<IdentityOptions, 'subjects' | 'publicUrl'>, { issuer, aim, step }: Stepped): Asking {
  const made = (use: string) => subjects.lookup(`${issuer}\n${aim}\n${step}`, `issuer-${use}`).toString('base64url')
  return {
    returnTo: `${publicUrl}/sign-in/with/${issuer}`,
    ...{ state: made('state'), nonce: made('nonce'), verifier: made('verifier'), isFresh: aim === 'proof' },
  }
}
