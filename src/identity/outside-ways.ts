import { fail } from '../failures.ts'
import type { OfferedIssuer } from '../issuers/index.ts'
import { ADDRESS_BEGINNINGS, countAddressGuess } from './guess-limits.ts'
import { type BegunErrand, beginErrand, endErrand, type ReturnedErrand } from './outside-attempt.ts'
import { linkIdentity, listIdentities, type OutsideIdentity, unlinkIdentity } from './outside-identities.ts'
import { type OutsideReturn, signInByIssuer } from './outside-sign-in.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import { tellWayChanged } from './post.ts'
import { beginProof, endProof, type ProofReturn } from './prove-by-issuer.ts'
import type { Session } from './sessions.ts'
import type { SignedIn } from './sign-in.ts'
import { requireNotLeft, vouchForSession } from './team-sign-on.ts'

/** Ways in by issuers that vouch for people; failures are those of the functions that they lead to. */
export type OutsideWays = {
  /** The issuers that are offered. */
  readonly issuers: () => readonly OfferedIssuer[]
  /** Sends somebody who is not signed in to an issuer. */
  readonly begin: (errand: Pick<OutsideReturn, 'issuer' | 'aim'>, visitor: Visitor) => Promise<BegunErrand>
  readonly signIn: (came: OutsideReturn, visitor: Visitor) => Promise<SignedIn>
  /** Sends somebody who has an e-mail of a domain to the issuer of its team, if there is one. Fails with sign_on_unknown. */
  readonly beginCompany: (domain: string, visitor: Visitor) => Promise<BegunErrand & { readonly issuer: string }>
  /** The same for who is signed in, to be linked with who they are there. */
  readonly beginCompanyLink: (session: Session, domain: string) => Promise<BegunErrand & { readonly issuer: string }>
  readonly beginProof: (session: Session, issuer: string) => Promise<BegunErrand>
  /** Resolves with whether it is a proof of the person's own, as that by the issuer of a team is not. */
  readonly endProof: (session: Session, came: ProofReturn, visitor: Visitor) => Promise<boolean>
  /** Sends who is signed in to an issuer, to be linked with who they are there. */
  readonly beginLink: (session: Session, issuer: string) => Promise<BegunErrand>
  readonly link: (session: Session, came: LinkReturn) => Promise<void>
  readonly list: (session: Session) => Promise<readonly OutsideIdentity[]>
  /** Fails with identity_unknown, last_way_in. */
  readonly unlink: (session: Session, id: string) => Promise<void>
}

/** What somebody who is signed in comes back from an issuer with. */
export type LinkReturn = Pick<ReturnedErrand, 'issuer' | 'step' | 'returned'>

/** The ways on these parts. */
export const makeOutsideWays = (parts: IdentityParts): OutsideWays => ({
  issuers: () => parts.issuers?.list('customers') ?? [],
  begin: async (errand, { address }) => {
    await countAddressGuess(parts, address, ADDRESS_BEGINNINGS)
    return await beginErrand(parts, { ...errand, personId: undefined })
  },
  signIn: (came, visitor) => signInByIssuer(parts, came, visitor),
  beginCompany: async (domain, { address }) => {
    // Which domains there are is guessed at; who knows one is not held up by others of theirs.
    const guess = await countAddressGuess(parts, address)
    await countAddressGuess(parts, address, ADDRESS_BEGINNINGS)
    const begun = await beginCompany(parts, { domain, aim: 'sign-in', personId: undefined })
    await guess.forgive()
    return begun
  },
  beginCompanyLink: ({ personId }, domain) => beginCompany(parts, { domain, aim: 'link', personId }),
  beginProof: ({ personId }, issuer) => beginProof(parts, personId, issuer),
  endProof: ({ personId }, came, visitor) => endProof(parts, personId, { came, visitor }),
  beginLink: ({ personId }, issuer) => beginErrand(parts, { issuer, aim: 'link', personId }),
  link: (session, came) => link(parts, session, came),
  list: ({ personId }) => listIdentities(parts, personId),
  unlink: async ({ personId, homeAccountId }, id) => {
    await unlinkIdentity(parts, { personId, id })
    await tellWayChanged(parts, homeAccountId, 'sign-in-unlinked')
  },
})

type CompanyErrand = { readonly domain: string; readonly aim: 'sign-in' | 'link'; readonly personId: string | undefined }

async function beginCompany(
  parts: IdentityParts,
  { domain, ...errand }: CompanyErrand,
): Promise<BegunErrand & { readonly issuer: string }> {
  const { id: issuer } = (await parts.teamIssuers?.ofDomain(domain)) ?? fail('sign_on_unknown')
  return { issuer, ...(await beginErrand(parts, { ...errand, issuer })) }
}

async function link(parts: IdentityParts, session: Session, came: LinkReturn): Promise<void> {
  const { personId, homeAccountId } = session
  const vouched = await endErrand(parts, { ...came, aim: 'link', personId })
  const { subject } = vouched
  const team = await parts.teamIssuers?.ofId(came.issuer)
  if (team !== undefined) await requireNotLeft(parts.database, team, personId)
  await parts.database.transaction((tx) => linkIdentity(tx, parts, { personId, issuer: came.issuer, subject }))
  if (team !== undefined) await vouchForSession(parts, session, { team, vouched })
  await tellWayChanged(parts, homeAccountId, 'sign-in-linked')
}
