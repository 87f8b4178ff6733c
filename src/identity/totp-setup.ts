import { sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import type { IdentityParts } from './parts.ts'
import type { Person } from './person.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import { base32, matchTotp, TOTP_SECRET_BYTES, totpUri } from './totp.ts'

/** What an authenticator app is set up with; told once. */
export type NewTotp = { readonly secret: string; readonly uri: string }

const purposeOf = (personId: string): string => `totp:${personId}`

/** Makes a secret for a person's authenticator app, which counts from its first code on. Fails with totp_on when there is one already. */
export async function beginTotp(parts: IdentityParts, person: Person, name: string): Promise<NewTotp> {
  if (person.totp?.isConfirmed === true) fail('totp_on')
  const secret = parts.random(TOTP_SECRET_BYTES)
  const sealed = await parts.subjects.seal(person.accountId, secret, purposeOf(person.id))
  await parts.database.query(sql`
    update person set totp_sealed = ${sealed}, totp_step = 0 where id = ${person.id}::uuid and totp_confirmed_at is null returning 1`)
  return { secret: base32(secret), uri: totpUri(secret, { service: parts.service, name }) }
}

/** Uses a code of a person's authenticator app up; false when it is not of now, or one as late was used before. */
export async function useTotp({ database, subjects, clock }: IdentityParts, person: Person, code: string): Promise<boolean> {
  if (person.totp === undefined) return false
  const secret = await subjects.unseal(person.accountId, person.totp.sealed, purposeOf(person.id))
  const step = secret === undefined ? undefined : matchTotp(secret, code, { now: clock.now(), lastStep: person.totp.lastStep })
  if (step === undefined) return false
  // Of two who use one code at once, one raises the step.
  const used = await database.query(sql`
    update person set totp_step = ${step}::bigint where id = ${person.id}::uuid and totp_step < ${step}::bigint and totp_sealed is not null returning 1`)
  return used.length > 0
}

/** Turns the authenticator app on with its first code; resolves with new recovery codes. Fails with totp_on, second_step_failed. */
export async function confirmTotp(parts: IdentityParts, person: Person, code: string): Promise<readonly string[]> {
  if (person.totp?.isConfirmed === true) fail('totp_on')
  if (!(await useTotp(parts, person, code))) fail('second_step_failed')
  return await parts.database.transaction(async (tx) => {
    await tx.query(sql`update person set totp_confirmed_at = ${new Date(parts.clock.now())} where id = ${person.id}::uuid returning 1`)
    return await renewRecoveryCodes(tx, person.id, parts.random)
  })
}

/** Turns the authenticator app off; recovery codes stay as long as passkeys ask for a second step. Resolves with whether it was on. */
export async function endTotp({ database }: IdentityParts, person: Person): Promise<boolean> {
  await database.transaction(async (tx) => {
    await tx.query(
      sql`update person set totp_sealed = null, totp_confirmed_at = null, totp_step = 0 where id = ${person.id}::uuid returning 1`,
    )
    if (person.passkeys === 0) await tx.query(sql`delete from recovery_code where person_id = ${person.id}::uuid returning 1`)
  })
  return person.totp?.isConfirmed === true
}
