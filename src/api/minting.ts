import type { Repeatable } from './answer-once.ts'
import type { ApiDependencies } from './dependencies.ts'

/**
 * 32 bytes that a secret is made of. A POST that may be repeated derives them from itself and `purpose`, so that the secret can be told again
 * without being stored.
 */
export const mintingOf = (
  request: Repeatable | undefined,
  { keyring, randomBytes }: Pick<ApiDependencies, 'keyring' | 'randomBytes'>,
  purpose: string,
): Buffer => (request === undefined ? randomBytes(32) : keyring.derive(purpose, Buffer.concat([request.keyHash, request.inputHash])))
