import { DatabaseError } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { IdentityOptions } from './options.ts'
import { PASSKEY_TRANSPORTS, type PasskeyTransport } from './passkey-answer.ts'

/** EdDSA, ES256 and RS256. Source: iana.org/assignments/cose (2026-11-26). */
export const PASSKEY_ALGORITHMS = [-8, -7, -257]
/** How long a person has for it, in milliseconds. */
export const PASSKEY_TIMEOUT_MS = 300_000

type Place = Pick<IdentityOptions, 'publicUrl'>

/** Whether a word is a transport of passkeys that is known. */
export const isTransport = (text: string): text is PasskeyTransport => PASSKEY_TRANSPORTS.some((transport) => transport === text)

/** Where passkeys of ours are made and used. */
export const originOf = ({ publicUrl }: Place): string => new URL(publicUrl).origin

/** What passkeys of ours are bound to. */
export const hostOf = ({ publicUrl }: Place): string => new URL(publicUrl).hostname

/** A copy over memory of its own, as the library wants it. */
export const bytesOf = (bytes: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)

/** What the library makes of an answer; it throws what it does not accept, with words that are not told. Fails with passkey_refused. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof DatabaseError) throw thrown
    return fail('passkey_refused')
  }
}
