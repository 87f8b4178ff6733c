import { getAccount } from '../accounts/index.ts'
import { fail } from '../failures.ts'
import { countAddressGuess } from './guess-limits.ts'
import { INVITATION_DAYS, peekInvitation, takeInvitation } from './invitations.ts'
import type { IdentityParts, Visitor } from './parts.ts'
import type { Role } from './roles.ts'
import type { Session } from './sessions.ts'
import { mayBeWritten, requireEmail } from './sign-up.ts'

/** What an invitation leads to: the account, who asks, by the e-mail of who opened it, and the role. */
export type Joining = { readonly accountId: string; readonly from: string | undefined; readonly role: Role }

/** Shows who has a code what it is for. Fails with invitation_invalid, sign_in_limited. */
export async function readInvitation(parts: IdentityParts, code: string, visitor: Visitor): Promise<Joining> {
  const guess = await countAddressGuess(parts, visitor.address)
  const { accountId, role } = await peekInvitation(parts, code)
  await guess.forgive()
  return { accountId, role, from: (await getAccount(parts.database, parts.subjects, accountId)).email }
}

/** Makes who is signed in a member, by a code they have. Fails with invitation_invalid, member_exists, sign_in_limited. */
export async function acceptInvitation(
  parts: IdentityParts,
  session: Session,
  { code, visitor }: { readonly code: string; readonly visitor: Visitor },
): Promise<{ readonly accountId: string; readonly role: Role }> {
  const guess = await countAddressGuess(parts, visitor.address)
  const joined = await parts.database.transaction((tx) => takeInvitation(tx, parts.clock, { code, personId: session.personId }))
  await guess.forgive()
  return joined
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
    await parts.mailer?.send('team-invitation', email, { from, role, link, days: String(INVITATION_DAYS) })
  })
}
