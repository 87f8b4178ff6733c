import { type Database, sql } from '../db/index.ts'
import { hashToken } from './secret-token.ts'
import { base32 } from './totp.ts'

/** How many recovery codes a person has when they are new. */
export const RECOVERY_CODES = 10
const CODE_BYTES = 10

/** New recovery codes of somebody, as they are told once, with the hashes that are kept. Each has 80 random bits, so that its plain hash tells nothing. */
export function newRecoveryCodes(
  ownerId: string,
  random: (size: number) => Buffer,
): { readonly codes: readonly string[]; readonly hashes: readonly Buffer[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => base32(random(CODE_BYTES)))
  return { codes: codes.map(formatCode), hashes: codes.map((code) => hashOf(ownerId, code)) }
}

/** What is kept of a code that somebody typed, if it is one; undefined for what cannot be. */
export function recoveryHashOf(ownerId: string, typed: string): Buffer | undefined {
  const plain = typed.toUpperCase().replace(/[ -]/g, '')
  return /^[A-Z2-7]{16}$/.test(plain) ? hashOf(ownerId, plain) : undefined
}

/** Replaces a person's recovery codes; the only time they are told. */
export async function renewRecoveryCodes(tx: Database, personId: string, random: (size: number) => Buffer): Promise<readonly string[]> {
  const { codes, hashes } = newRecoveryCodes(personId, random)
  await tx.query(sql`delete from recovery_code where person_id = ${personId}::uuid returning 1`)
  await tx.query(sql`
    insert into recovery_code (code_hash, person_id)
    select decode(hash, 'hex'), ${personId}::uuid from unnest(${hashes.map((hash) => hash.toString('hex'))}::text[]) as given (hash)`)
  return codes
}

/** Uses a recovery code up; false when it is none of this person's, or was used. */
export async function useRecoveryCode(database: Database, personId: string, code: string): Promise<boolean> {
  const hash = recoveryHashOf(personId, code)
  if (hash === undefined) return false
  const used = await database.query(sql`
    delete from recovery_code where code_hash = ${hash} and person_id = ${personId}::uuid returning 1`)
  return used.length > 0
}

/** How many recovery codes a person has left. */
export async function countRecoveryCodes(database: Database, personId: string): Promise<number> {
  const [row] = await database.query<{ readonly left: bigint }>(sql`
    select count(*) as left from recovery_code where person_id = ${personId}::uuid`)
  return Number(row?.left ?? 0n)
}

const hashOf = (personId: string, code: string): Buffer => hashToken('recovery', code, personId)
const formatCode = (code: string): string => code.replace(/.{4}(?=.)/g, '$&-')
