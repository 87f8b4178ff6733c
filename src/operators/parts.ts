import type { LetterBox, PasswordHashes } from '../identity/index.ts'
import type { OperatorOptions } from './options.ts'

/** What every way in works with. */
export type OperatorParts = OperatorOptions & { readonly hashes: PasswordHashes; readonly box: LetterBox }
