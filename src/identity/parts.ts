import type { Database } from '../db/index.ts'
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
 * `isFresh` is false where that shows nothing anew; `shown` is what let them in.
 */
export type Arriving = Visitor & {
  readonly vouchedBy?: string | undefined
  readonly isProven?: boolean | undefined
  readonly isFresh?: boolean | undefined
  readonly shown?: ShownWay | undefined
}

/** A way in that somebody has shown: whether it still is one when they are let in, as a reset may have taken it away since, and what it fails with. */
export type ShownWay = {
  readonly isStill: (tx: Database, personId: string) => Promise<boolean>
  readonly code: 'sign_in_failed' | 'second_step_failed' | 'passkey_refused' | 'identity_unlinked'
}
