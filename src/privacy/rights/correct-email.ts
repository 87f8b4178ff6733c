import { fail } from '../../failures.ts'
import { LINK_HOURS, makeLink, peekLink, takeLink } from './links.ts'
import type { RightsOptions } from './options.ts'
import { settleRequests, verifyRequest } from './requests.ts'

/** Replaces an account's address at once, as the operator asks who knows the person; the old one is told. Failures as RightsAccounts.changeEmail. */
export async function correctEmail(options: RightsOptions, accountId: string, email: string): Promise<void> {
  const before = await options.accounts.emailOf(accountId)
  if (before === undefined) fail('account_unknown')
  await options.accounts.changeEmail(accountId, email)
  await settleRequests(options, accountId, 'correct')
  await options.mailer?.send('email-changed', before, {})
}

/**
 * Begins a correction with a mailed link: a second link goes to the new address, which has to be shown to be read by the person. The new
 * address is kept nowhere meanwhile, as the second link is bound to it. Fails with link_invalid, mail_off, and, with the first link still good, with
 * sign_in_limited.
 */
export async function beginCorrection(
  options: RightsOptions,
  { token, email, publicUrl }: { readonly token: string; readonly email: string; readonly publicUrl: string },
): Promise<void> {
  const mailer = options.mailer ?? fail('mail_off')
  await peekLink(options, { token, purpose: 'correct' })
  await options.countLetter?.(email)
  const link = await takeLink(options, { token, purpose: 'correct' })
  await verifyRequest(options, link.requestId)
  const confirm = await makeLink(options, { ...link, purpose: 'confirm-email', note: email })
  const address = `${publicUrl}/privacy/request#confirm-email=${confirm}&email=${encodeURIComponent(email)}`
  await mailer.send('email-confirm', email, { link: address, hours: String(LINK_HOURS) })
}

/** Ends a correction with the link that went to the new address. Fails with link_invalid, also for another address than it went to. */
export async function confirmCorrection(options: RightsOptions, asked: { readonly token: string; readonly email: string }): Promise<void> {
  const { accountId } = await takeLink(options, { token: asked.token, purpose: 'confirm-email', note: asked.email })
  await correctEmail(options, accountId, asked.email)
}
