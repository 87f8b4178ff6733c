import { broughtInvitation } from './invitation.ts'
import { broughtBy } from './referral.ts'

/** What a mailed link carries behind its #, which no server is told of. */
export type MailedLink = {
  readonly token: string
  readonly email: string | undefined
  readonly invitation: string | undefined
  readonly from: string | undefined
}

/** Reads the link that this page was opened with, and takes it out of the address and the history. */
export function readMailedLink(): MailedLink | undefined {
  const fields = new URLSearchParams(window.location.hash.slice(1))
  const token = fields.get('token')
  if (token === null) return undefined
  const [invitation, from] = [broughtInvitation(), broughtBy()]
  window.history.replaceState(window.history.state, '', window.location.pathname)
  return { token, email: fields.get('email') ?? undefined, invitation, from }
}
