import { getAccount } from '../accounts/index.ts'
import { type Browser, browserName } from './browser.ts'
import type { LetterBox } from './letter-box.ts'
import type { IdentityOptions } from './options.ts'

type Parts = Pick<IdentityOptions, 'database' | 'subjects' | 'mailer' | 'publicUrl'> & { readonly box: LetterBox }

/** Tells the owner of an account that its password was changed; nobody, where it has no e-mail. */
export function tellPasswordChanged(parts: Parts, accountId: string): void {
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send('password-changed', to, { link: `${parts.publicUrl}/reset` })))
}

/** Tells the owner of an account that somebody signed in with a browser that never did before. */
export function tellNewBrowser(parts: Parts, accountId: string, browser: Browser): void {
  const fields = { browser: browserName(browser), link: `${parts.publicUrl}/reset` }
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send('new-sign-in', to, fields)))
}

/** Tells the owner of an account that another service signs in to it from now on, or does no more. */
export function tellLinked(parts: Parts, accountId: string, what: 'sign-in-linked' | 'sign-in-unlinked'): void {
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send(what, to, { link: `${parts.publicUrl}/reset` })))
}

async function sendTo(
  { database, subjects, mailer }: Parts,
  accountId: string,
  send: (to: string) => Promise<void> | undefined,
): Promise<void> {
  if (mailer === undefined) return
  const { email } = await getAccount(database, subjects, accountId)
  if (email !== undefined) await send(email)
}
