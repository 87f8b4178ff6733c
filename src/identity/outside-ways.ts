import { countAddressGuess } from './guess-limits.ts'
import { type BegunErrand, beginErrand, endErrand, type ReturnedErrand } from './outside-attempt.ts'
import { linkIdentity, listIdentities, type OutsideIdentity, unlinkIdentity } from './outside-identities.ts'
import { type OutsideReturn, signInByIssuer } from './outside-sign-in.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import { tellLinked } from './post.ts'
import type { Session } from './sessions.ts'
import type { SignedIn } from './sign-in.ts'

/** Ways in by issuers that vouch for people; failures are those of the functions that they lead to. */
export type OutsideWays = {
  /** The issuers that are offered. */
  readonly issuers: () => readonly { readonly id: string; readonly name: string }[]
  /** Sends somebody who is not signed in to an issuer. */
  readonly begin: (errand: Pick<OutsideReturn, 'issuer' | 'aim'>, visitor: Visitor) => Promise<BegunErrand>
  readonly signIn: (came: OutsideReturn, visitor: Visitor) => Promise<SignedIn>
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
    await countAddressGuess(parts, address)
    return await beginErrand(parts, { ...errand, personId: undefined })
  },
  signIn: (came, visitor) => signInByIssuer(parts, came, visitor),
  beginLink: ({ personId }, issuer) => beginErrand(parts, { issuer, aim: 'link', personId }),
  link: (session, came) => link(parts, session, came),
  list: ({ personId }) => listIdentities(parts, personId),
  unlink: async ({ personId, homeAccountId }, id) => {
    await unlinkIdentity(parts, { personId, id })
    tellLinked(parts, homeAccountId, 'sign-in-unlinked')
  },
})

async function link(parts: IdentityParts, { personId, homeAccountId }: Session, came: LinkReturn): Promise<void> {
  const { subject } = await endErrand(parts, { ...came, aim: 'link', personId })
  await parts.database.transaction((tx) => linkIdentity(tx, parts, { personId, issuer: came.issuer, subject }))
  tellLinked(parts, homeAccountId, 'sign-in-linked')
}
