import { isEmail } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { Vouched } from '../issuers/index.ts'
import { emailDomainOf, type FoundTeamIssuer } from '../sign-on/index.ts'
import { isFreshByIssuer } from './fresh-by-issuer.ts'
import { countAccountGuess, type GuessLimit, HOUR_MS } from './guess-limits.ts'
import { requirePlace } from './invitations.ts'
import { tellMemberJoined } from './member-joined.ts'
import { linkIdentity } from './outside-identities.ts'
import type { Arriving, IdentityParts, Visitor } from './parts.ts'
import { getPerson } from './person.ts'
import type { Session } from './sessions.ts'
import { admit, type SignedIn } from './sign-in.ts'
import { namingKnown, openConfirmed, requireUnknown } from './sign-up.ts'

/** How many people may join one team by signing in. */
const JOININGS: GuessLimit = { times: 200, windowMs: HOUR_MS, about: 'team-sign-on' }

/** Whom the issuer of a team vouches for; `personId` is who is linked with them. */
export type SigningOn = { readonly team: FoundTeamIssuer; readonly vouched: Vouched; readonly personId: string | undefined }

/**
 * Signs a member in by the issuer of their team. Who comes for the first time with an e-mail of a domain of the team gets an account and joins; an e-mail that
 * has an account leads into none. Fails with sign_on_left, sign_on_domain, identity_email_known, sign_up_refused, members_full, sign_in_limited.
 */
export async function signOn(parts: IdentityParts, signing: SigningOn, visitor: Arriving): Promise<SignedIn> {
  const { team, personId } = signing
  const id = personId === undefined ? await openMember(parts, signing, visitor) : await joinKnown(parts, { ...signing, personId })
  const person = (await getPerson(parts.database, id)) ?? fail('identity_unlinked')
  const isFresh = personId === undefined || (await isFreshByIssuer(parts, person, signing.vouched))
  const signedIn = await admit(parts, person, { ...visitor, vouchedBy: team.accountId, isFresh })
  return 'token' in signedIn ? { ...signedIn, accountId: team.accountId } : signedIn
}

/**
 * Notes that the issuer of a team has just vouched for who is signed in, who joins it where they did not belong to it. Resolves with false where they neither
 * belong nor may join. Fails with sign_on_left, members_full.
 */
export async function vouchForSession(
  parts: IdentityParts,
  session: Session,
  { team, vouched }: Omit<SigningOn, 'personId'>,
): Promise<boolean> {
  const isMember = (await belongs(parts.database, team, session.personId)) || (await isOfTeam(parts, team, vouched.email))
  if (!isMember) return false
  await joinAndTell(parts, { team, personId: session.personId })
  await parts.database.query(sql`
    update sign_in_session set vouched_by = ${team.accountId}::uuid, vouched_at = ${new Date(parts.clock.now())} where id = ${session.id}::uuid returning 1`)
  return true
}

async function joinKnown(parts: IdentityParts, { team, vouched, personId }: SigningOn & { readonly personId: string }): Promise<string> {
  if (await belongs(parts.database, team, personId)) return personId
  if (!(await isOfTeam(parts, team, vouched.email))) fail('sign_on_domain')
  await joinAndTell(parts, { team, personId })
  return personId
}

type Coming = { readonly team: FoundTeamIssuer; readonly personId: string }

async function joinAndTell(parts: IdentityParts, coming: Coming): Promise<void> {
  if (await parts.database.transaction((tx) => join(tx, parts, coming))) await tellJoined(parts, coming)
}

const tellJoined = (parts: IdentityParts, { team, personId }: Coming): Promise<void> =>
  tellMemberJoined(parts, { accountId: team.accountId, personId, role: team.defaultRole, invitedBy: undefined })

/** Opens an account for who comes for the first time; nothing is given for it, as nobody but the team says that there is such a person. */
async function openMember(parts: IdentityParts, { team, vouched }: SigningOn, { language }: Visitor): Promise<string> {
  const { email } = vouched
  if (email === undefined || !(await isOfTeam(parts, team, email))) return fail('sign_on_domain')
  await countAccountGuess(parts, team.accountId, JOININGS)
  await requireUnknown(parts, email)
  const id = await namingKnown(() =>
    parts.database.transaction(async (tx) => {
      const personId = await openConfirmed(tx, { ...parts, onConfirmed: undefined }, { email, password: undefined, language })
      await linkIdentity(tx, parts, { personId, issuer: team.id, subject: vouched.subject })
      await join(tx, parts, { team, personId })
      return personId
    }),
  )
  await tellJoined(parts, { team, personId: id })
  return id
}

async function isOfTeam({ teamIssuers }: IdentityParts, { accountId }: FoundTeamIssuer, email: string | undefined): Promise<boolean> {
  const domain = email === undefined || !isEmail(email) ? undefined : emailDomainOf(email)
  return domain !== undefined && (await teamIssuers?.ownsDomain(accountId, domain)) === true
}

async function belongs(database: Database, { accountId }: FoundTeamIssuer, personId: string): Promise<boolean> {
  return (
    (await database.query(sql`select from account_member where account_id = ${accountId}::uuid and person_id = ${personId}::uuid`)).length >
    0
  )
}

/** Lets those pass who never left a team, nor were removed from it, or were invited into it since. Fails with sign_on_left. */
export async function requireNotLeft(
  database: Database,
  { accountId }: Pick<FoundTeamIssuer, 'accountId'>,
  personId: string,
): Promise<void> {
  const left = await database.query(sql`
    select from team_leaver where account_id = ${accountId}::uuid and person_id = ${personId}::uuid`)
  if (left.length > 0) fail('sign_on_left')
}

/** Makes somebody a member; false where they are one. */
async function join(tx: Database, parts: IdentityParts, { team, personId }: Coming): Promise<boolean> {
  if (await belongs(tx, team, personId)) return false
  const now = parts.clock.now()
  await requirePlace(tx, team.accountId, now)
  await requireNotLeft(tx, team, personId)
  const joined = await tx.query(sql`
    insert into account_member (account_id, person_id, role, created_at)
    values (${team.accountId}::uuid, ${personId}::uuid, ${team.defaultRole}, ${new Date(now)}) on conflict do nothing returning 1`)
  return joined.length > 0
}
