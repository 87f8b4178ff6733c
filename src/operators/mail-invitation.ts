import { INVITATION_HOURS } from './invite.ts'
import { emailOfOperator } from './operator-email.ts'
import type { OperatorOptions } from './options.ts'

/** Mails an invitation to an operator's e-mail, if there is one and mail can be sent; rejects when it cannot be. */
export async function mailInvitation(
  parts: OperatorOptions,
  { name, link }: { readonly name: string; readonly link: string },
): Promise<void> {
  if (parts.mailer === undefined) return
  const email = await emailOfOperator(parts, name)
  if (email !== undefined) await parts.mailer.send('operator-invitation', email, { link, hours: String(INVITATION_HOURS) })
}
