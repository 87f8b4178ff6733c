import { getAccount } from '../accounts/index.ts'
import { isDatabaseError } from '../db/index.ts'
import { fail } from '../failures.ts'
import { addPerson } from './open-person.ts'
import type { IdentityParts } from './parts.ts'
import { readImportedHash } from './password-hashes.ts'

const TAKEN = '23505'

/**
 * Gives an account its person with the hash of the password they had elsewhere, which is hashed anew at their first sign-in. Resolves with the
 * person's id. Fails with account_unknown, account_exists when it has one, invalid_field (password_hash).
 */
export async function importPerson(parts: IdentityParts, accountId: string, passwordHash: string): Promise<string> {
  const password = readImportedHash(passwordHash)
  const { email } = await getAccount(parts.database, parts.subjects, accountId)
  if (email === undefined) fail('account_unknown')
  try {
    return await parts.database.transaction((tx) => addPerson(tx, parts, { accountId, email, password }))
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('account_exists')
    throw thrown
  }
}
