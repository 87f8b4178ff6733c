import { type Database, sql } from '../db/index.ts'
import { hashToken } from './secret-token.ts'
import { base32 } from './totp.ts'

/** How many recovery codes a person has when they are new. */
export const RECOVERY_CODES = 10
const CODE_BYTES = 10

/** Replaces a person's recovery codes; the only time they are told. Each has 80 random bits, so that its plain hash tells nothing. */
export async function renewRecoveryCodes(tx: Database, personId: string, random: (size: number) => Buffer): Promise<readonly string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => base32(random(CODE_BYTES)))
  await tx.query(sql`delete from recovery_code where person_id = ${personId}::uuid returning 1`)
  await tx.query(sql`
    insert into recovery_code (code_hash, person_id)
    select decode(hash, 'hex'), ${personId}::uuid from unnest(${codes.map((code) => hashOf(personId, code).toString('hex'))}::text[]) as given (hash)`)
  return codes.map(formatCode)
}

/** Uses a recovery code up; false when it is none of this person's, or was used. */
export async function useRecoveryCode(database: Database, personId: string, code: string): Promise<boolean> {
  const plain = code.toUpperCase().replace(/[ -]/g, '')
  if (!/^[A-Z2-7]{16}$/.test(plain)) return false
  const used = await database.query(sql`
    delete from recovery_code where code_hash = ${hashOf(personId, plain)} and person_id = ${personId}::uuid returning 1`)
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
