import { fail } from '../failures.ts'
import { ARGON2_COST, hashArgon2id, parseArgon2, verifyArgon2 } from './argon2.ts'
import { BCRYPT_COST, bcryptCostOf, hashBcrypt, isBcrypt, verifyBcrypt, verifyPlainBcrypt } from './bcrypt.ts'
import type { WorkQueue } from './work-queue.ts'

/** How a password is hashed: argon2id, bcrypt over a hash of it, or as it was brought from elsewhere, plain bcrypt. */
export const PASSWORD_SCHEMES = ['argon2id', 'bcrypt-sha256', 'bcrypt'] as const
export type PasswordScheme = (typeof PASSWORD_SCHEMES)[number]

/** What is kept of a password. */
export type StoredPassword = { readonly scheme: PasswordScheme; readonly hash: string }

/** Hashes and compares passwords, few at once. All fail with unavailable when too many wait. */
export type PasswordHashes = {
  readonly hash: (password: string) => Promise<StoredPassword>
  /** Whether a password is the one that was stored; for nobody's, undefined, it takes the same work and is false. */
  readonly verify: (password: string, stored: StoredPassword | undefined) => Promise<boolean>
  /** Whether a stored one is hashed as new ones are. */
  readonly isCurrent: (stored: StoredPassword) => boolean
}

const CURRENT: Readonly<Record<Exclude<PasswordScheme, 'bcrypt'>, (hash: string) => boolean>> = {
  argon2id: (hash) => {
    const parsed = parseArgon2(hash)
    const { memory, passes, parallelism } = parsed?.cost ?? { memory: 0, passes: 0, parallelism: 0 }
    return (
      parsed?.algorithm === 'argon2id' &&
      `${memory} ${passes} ${parallelism}` === `${ARGON2_COST.memory} ${ARGON2_COST.passes} ${ARGON2_COST.parallelism}`
    )
  },
  'bcrypt-sha256': (hash) => bcryptCostOf(hash) === BCRYPT_COST,
}

const VERIFY: Readonly<Record<PasswordScheme, (password: string, hash: string) => Promise<boolean>>> = {
  argon2id: verifyArgon2,
  'bcrypt-sha256': verifyBcrypt,
  bcrypt: verifyPlainBcrypt,
}

/** Passwords hashed by one scheme; those of others can be compared too. */
export function makePasswordHashes(
  scheme: Exclude<PasswordScheme, 'bcrypt'>,
  { queue, random }: { readonly queue: WorkQueue; readonly random: (size: number) => Buffer },
): PasswordHashes {
  const make = scheme === 'argon2id' ? (password: string) => hashArgon2id(password, random) : hashBcrypt
  let nobodys: Promise<string> | undefined
  return {
    hash: async (password) => ({ scheme, hash: await queue(() => make(password)) }),
    verify: async (password, stored) => {
      nobodys ??= make(random(32).toString('base64'))
      const compared = stored ?? { scheme, hash: await nobodys }
      const isRight = await queue(() => VERIFY[compared.scheme](password, compared.hash))
      return isRight && stored !== undefined
    },
    isCurrent: (stored) => stored.scheme === scheme && CURRENT[scheme](stored.hash),
  }
}

/** What a hash from elsewhere is kept as. Fails with invalid_field (password_hash) for one that is neither argon2 nor bcrypt, or takes too much to compare. */
export function readImportedHash(hash: string): StoredPassword {
  if (parseArgon2(hash) !== undefined) return { scheme: 'argon2id', hash }
  if (isBcrypt(hash)) return { scheme: 'bcrypt', hash }
  return fail('invalid_field', { field: 'password_hash', expected: 'a hash of bcrypt ($2b$…) or argon2 ($argon2id$…)' })
}
