import { makePasswordHashes, type PasswordHashes, type PasswordScheme } from './password-hashes.ts'
import { makeWorkQueue } from './work-queue.ts'

const HASHES_AT_ONCE = 2
const HASHES_WAITING_MAX = 64

/** Passwords hashed by one scheme, two at once; more than 64 that wait are refused with unavailable. */
export const openPasswordHashes = (scheme: Exclude<PasswordScheme, 'bcrypt'>, random: (size: number) => Buffer): PasswordHashes =>
  makePasswordHashes(scheme, { queue: makeWorkQueue({ atOnce: HASHES_AT_ONCE, waitingMax: HASHES_WAITING_MAX }), random })
