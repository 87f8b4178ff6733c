import { getAccount } from '../accounts/index.ts'
import { type Browser, browserName } from './browser.ts'
import type { LetterBox } from './letter-box.ts'
import type { IdentityOptions, KeysLeft } from './options.ts'
import type { RevokedFactors } from './revoke-second-factors.ts'
import { noteSignInChange, type SignInChange } from './sign-in-changes.ts'
import { countWaysIn, listKeysOf } from './ways-in.ts'

type Parts = Pick<IdentityOptions, 'database' | 'subjects' | 'mailer' | 'publicUrl' | 'ids' | 'keys' | 'clock'> & {
  readonly box: LetterBox
}

/**
 * Tells the owner of an account that its password was changed, what other ways in there are, and which keys act for them; where it has no e-mail, on the
 * page of security alone that it was.
 */
export async function tellPasswordChanged(parts: Parts, accountId: string): Promise<void> {
  const send = async (to: string): Promise<void> => {
    const { passkeys, apps, links } = await countWaysIn(parts.database, accountId)
    const { managing, calling } = await listKeysOf(parts, parts.database, accountId)
    const fields = {
      ...{ passkeys: String(passkeys), apps: String(apps), links: String(links), link: `${parts.publicUrl}/reset` },
      ...{ managing: namedKeys(managing), calling: namedKeys(calling) },
    }
    await parts.mailer?.send('password-changed', to, fields)
  }
  await noteSignInChange(parts, accountId, 'password-changed')
  parts.box.take(() => sendTo(parts, accountId, send))
}

/** How many keys there are and the newest of them by hint and day, in no language, such as "7 (mk_1abc…wxyz 2026-11-27, …)". */
const namedKeys = ({ count, newest }: KeysLeft['managing']): string => {
  const named = newest.map(({ hint, createdAt }) => `${hint} ${createdAt.toISOString().slice(0, 10)}`)
  return count === 0 ? '0' : `${count} (${[...named, ...(count > named.length ? ['…'] : [])].join(', ')})`
}

/** Tells the owner of an account that somebody signed in with a browser that never did before. */
export async function tellNewBrowser(parts: Parts, accountId: string, browser: Browser): Promise<void> {
  const fields = { browser: browserName(browser), link: `${parts.publicUrl}/reset` }
  await noteSignInChange(parts, accountId, 'new-sign-in')
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send('new-sign-in', to, fields)))
}

/** What changes of the ways into an account besides its password, as letters are called. */
export type WayChange = Exclude<SignInChange, 'new-sign-in' | 'password-changed' | 'second-factors-revoked' | 'member-joined'>

/** Tells the owner of an account that there is another way into it from now on, or one is no more; says nothing of which. */
export async function tellWayChanged(parts: Parts, accountId: string, what: WayChange): Promise<void> {
  await noteSignInChange(parts, accountId, what)
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send(what, to, { link: `${parts.publicUrl}/reset` })))
}

/** Tells the owner of an account what an operator took away of their second step; nobody, where there was none of it. */
export function tellSecondFactorsRevoked(parts: Parts, accountId: string, { passkeys, apps, recoveryCodes }: RevokedFactors): void {
  if (passkeys + apps + recoveryCodes === 0) return
  const fields = { passkeys: String(passkeys), apps: String(apps), link: `${parts.publicUrl}/reset` }
  parts.box.take(() => sendTo(parts, accountId, (to) => parts.mailer?.send('second-factors-revoked', to, fields)))
}

/** Sends a letter to the e-mail of an account, where it has one. */
export async function sendTo(
  { database, subjects, mailer }: Pick<Parts, 'database' | 'subjects' | 'mailer'>,
  accountId: string,
  send: (to: string) => Promise<void> | undefined,
): Promise<void> {
  if (mailer === undefined) return
  const { email } = await getAccount(database, subjects, accountId)
  if (email !== undefined) await send(email)
}
