import { getAccount } from '../accounts/index.ts'
import { sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { countAddressGuess } from './guess-limits.ts'
import { dropInvitation, INVITATION_DAYS, peekInvitation, takeInvitation } from './invitations.ts'
import { tellMemberJoined } from './member-joined.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import { getPerson } from './person.ts'
import type { Role } from './roles.ts'
import type { Session } from './sessions.ts'
import { mayBeWritten, requireEmail } from './sign-up.ts'
import { readTeamName } from './team-name.ts'

/** What an invitation leads to: the account, by the e-mail of who opened it, who asks, and the role. */
export type Joining = {
  readonly accountId: string
  readonly from: string | undefined
  /** What its team is called, where anybody named it. */
  readonly team: string | undefined
  /** The e-mail of who invited, where they are a person who has one. */
  readonly invitedBy: string | undefined
  readonly role: Role
  readonly expiresAt: Date
  /** Whether the letter went to another address than that of who is signed in. */
  readonly isForAnother: boolean
  /** Whether who is signed in is a member already. */
  readonly isMember: boolean
}

/** Shows who is signed in and has a code what it is for. Fails with invitation_invalid, sign_in_limited. */
export async function readInvitation(parts: IdentityParts, session: Session, { code, visitor }: ShownCode): Promise<Joining> {
  const { database, subjects } = parts
  const guess = await countAddressGuess(parts, visitor.address)
  const { accountId, role, email, invitedBy, expiresAt } = await peekInvitation(parts, code)
  await guess.forgive()
  const own = await emailOfPerson(parts, session.personId)
  const member = await database.query(sql`
    select from account_member where account_id = ${accountId}::uuid and person_id = ${session.personId}::uuid`)
  return {
    ...{ accountId, role, expiresAt, isMember: member.length > 0 },
    isForAnother: email !== undefined && email.toLowerCase() !== own?.toLowerCase(),
    from: (await getAccount(database, subjects, accountId)).email,
    team: await readTeamName(parts, accountId),
    invitedBy: invitedBy === undefined ? undefined : await emailOfPerson(parts, invitedBy),
  }
}

async function emailOfPerson({ database, subjects }: IdentityParts, personId: string): Promise<string | undefined> {
  const person = await getPerson(database, personId)
  return person === undefined ? undefined : (await getAccount(database, subjects, person.accountId)).email
}

/** A code, and from where it is shown. */
export type ShownCode = { readonly code: string; readonly visitor: Visitor }

/** Makes who is signed in a member, by a code they have. Fails with invitation_invalid, member_exists, sign_in_limited. */
export async function acceptInvitation(
  parts: IdentityParts,
  session: Session,
  { code, visitor }: ShownCode,
): Promise<{ readonly accountId: string; readonly role: Role }> {
  const guess = await countAddressGuess(parts, visitor.address)
  const { personId } = session
  const { invitedBy, ...joined } = await parts.database.transaction((tx) => takeInvitation(tx, parts.clock, { code, personId }))
  await guess.forgive()
  await tellMemberJoined(parts, { ...joined, personId, invitedBy })
  return joined
}

/** Takes an invitation back for who is invited, so that its code is worth nothing. Fails with invitation_invalid, sign_in_limited. */
export async function declineInvitation(parts: IdentityParts, { code, visitor }: ShownCode): Promise<void> {
  const guess = await countAddressGuess(parts, visitor.address)
  await dropInvitation(parts, code)
  await guess.forgive()
}

/** What a letter of invitation needs. */
export type InvitationLetter = { readonly email: string; readonly accountId: string; readonly role: Role; readonly code: string }

/** Whether letters of invitation can be sent to an e-mail. Fails with invalid_field (email), mail_off. */
export function requireInvitable({ mailer }: Pick<IdentityParts, 'mailer'>, email: string): void {
  requireEmail(email)
  if (mailer === undefined) fail('mail_off')
}

/** Mails an invitation after the answer; nobody gets more letters than a few, whoever asks for them. */
export function mailInvitation(parts: IdentityParts, { email, accountId, role, code }: InvitationLetter): void {
  parts.box.take(async () => {
    if (!(await mayBeWritten(parts, email))) return
    const from = (await getAccount(parts.database, parts.subjects, accountId)).email ?? parts.service
    const link = `${parts.publicUrl}/dashboard/join#invitation=${code}`
    const team = (await readTeamName(parts, accountId)) ?? from
    await parts.mailer?.send('team-invitation', email, { from, team, role, link, days: String(INVITATION_DAYS) })
  })
}
