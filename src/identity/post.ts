import { getAccount } from '../accounts/index.ts'
import { type Browser, browserName } from './browser.ts'
import type { LetterBox } from './letter-box.ts'
import type { IdentityOptions } from './options.ts'
import type { RevokedFactors } from './revoke-second-factors.ts'
import { countWaysIn } from './ways-in.ts'

type Parts = Pick<IdentityOptions, 'database' | 'subjects' | 'mailer' | 'publicUrl'> & { readonly box: LetterBox }

/** Tells the owner of an account that its password was changed, and how many other ways in there are; nobody, where it has no e-mail. */
export function tellPasswordChanged(parts: Parts, accountId: string): void {
  const send = async (to: string): Promise<void> => {
    const { passkeys, apps, links } = await countWaysIn(parts.database, accountId)
    const fields = { passkeys: String(passkeys), apps: String(apps), links: String(links), link: `${parts.publicUrl}/reset` }
    await parts.mailer?.send('password-changed', to, fields)
  }
  parts.box.take(() => sendTo(parts, accountId, send))
}

/** Tells the owner of an account that somebody signed in with a browser that never did before. */
export function tellNewBrowser(parts: Parts, accountId: string, browser: Browser): void {
  const fields = { browser: browserName(browser), link: `${parts.publicUrl}/reset` }
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send('new-sign-in', to, fields)))
}

/** What changes of the ways into an account besides its password, as letters are called. */
export type WayChange =
  | 'sign-in-linked'
  | 'sign-in-unlinked'
  | 'passkey-added'
  | 'passkey-removed'
  | 'authenticator-added'
  | 'authenticator-removed'
  | 'recovery-codes-renewed'

/** Tells the owner of an account that there is another way into it from now on, or one is no more; says nothing of which. */
export function tellWayChanged(parts: Parts, accountId: string, what: WayChange): void {
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send(what, to, { link: `${parts.publicUrl}/reset` })))
}

/** Tells the owner of an account what an operator took away of their second step; nobody, where there was none of it. */
export function tellSecondFactorsRevoked(parts: Parts, accountId: string, { passkeys, apps, recoveryCodes }: RevokedFactors): void {
  if (passkeys + apps + recoveryCodes === 0) return
  const fields = { passkeys: String(passkeys), apps: String(apps), link: `${parts.publicUrl}/reset` }
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send('second-factors-revoked', to, fields)))
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
