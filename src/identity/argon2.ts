import { type Argon2Algorithm, argon2, timingSafeEqual } from 'node:crypto'

/** What makes argon2 slow: memory in KiB, passes over it, lanes. */
export type Argon2Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number }

/** 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, argon2id, as of 2026-11-26. */
export const ARGON2_COST: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 }

const [SALT_BYTES, TAG_BYTES] = [16, 32]
/** No hash that was brought here may take more than a sign-in is worth. */
const MOST: Argon2Cost = { memory: 262_144, passes: 10, parallelism: 8 }
const PHC = /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

/** An argon2 hash in its parts. */
export type Argon2Hash = { readonly algorithm: Argon2Algorithm; readonly cost: Argon2Cost; readonly salt: Buffer; readonly tag: Buffer }

/**
 * Hashes a password with argon2id into a PHC string. Source: RFC 9106 (2021-09); PHC string format,
 * github.com/P-H-C/phc-string-format (2026-11-26).
 */
export async function hashArgon2id(password: string, random: (size: number) => Buffer, cost: Argon2Cost = ARGON2_COST): Promise<string> {
  const salt = random(SALT_BYTES)
  const tag = await tagOf(password, { algorithm: 'argon2id', cost, salt, tagBytes: TAG_BYTES })
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`
}

/** Whether a password belongs to a PHC string of argon2; false for what is none or would take too much. */
export async function verifyArgon2(password: string, phc: string): Promise<boolean> {
  const parsed = parseArgon2(phc)
  if (parsed === undefined) return false
  const tag = await tagOf(password, { ...parsed, tagBytes: parsed.tag.length })
  return timingSafeEqual(tag, parsed.tag)
}

/** The parts of a PHC string of argon2, version 19; undefined for what is none or would take too much. */
export function parseArgon2(phc: string): Argon2Hash | undefined {
  const [, algorithm, m = '', t = '', p = '', salt = '', tag = ''] = PHC.exec(phc) ?? []
  const cost = { memory: Number(m), passes: Number(t), parallelism: Number(p) }
  const isAffordable =
    cost.parallelism >= 1 &&
    cost.parallelism <= MOST.parallelism &&
    cost.passes >= 1 &&
    cost.passes <= MOST.passes &&
    cost.memory >= 8 * cost.parallelism &&
    cost.memory <= MOST.memory
  if (!isAlgorithm(algorithm) || !isAffordable) return undefined
  return { algorithm, cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
}

const isAlgorithm = (text: string | undefined): text is Argon2Algorithm => text === 'argon2id' || text === 'argon2i' || text === 'argon2d'

type Tagged = Omit<Argon2Hash, 'tag'> & { readonly tagBytes: number }

const tagOf = (password: string, { algorithm, cost, salt, tagBytes }: Tagged): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const parameters = { message: password, nonce: salt, tagLength: tagBytes, ...cost }
    argon2(algorithm, parameters, (error, tag) => (error === null ? resolve(tag) : reject(error)))
  })

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
