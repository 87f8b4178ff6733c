import type { Language } from '../spec/index.ts'
import type { LetterBox } from './letter-box.ts'
import type { IdentityOptions } from './options.ts'
import type { PasswordHashes } from './password-hashes.ts'

/** What every way to sign in works with. */
export type IdentityParts = IdentityOptions & { readonly hashes: PasswordHashes; readonly box: LetterBox }

/** From where somebody asks: the address is undefined where it is not known, and is kept nowhere; `language` is what their browser prefers. */
export type Visitor = {
  readonly address: string | undefined
  readonly userAgent: string | undefined
  readonly language?: Language | undefined
}

/**
 * Somebody who comes in; `vouchedBy` is the account of the team whose issuer sent them, who are confined to it but where they have proven themselves besides;
 * `isFresh` is false where that shows nothing anew.
 */
export type Arriving = Visitor & {
  readonly vouchedBy?: string | undefined
  readonly isProven?: boolean | undefined
  readonly isFresh?: boolean | undefined
}
