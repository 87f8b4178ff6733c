import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import { lockPerson, requireWayIn } from './outside-identities.ts'
import type { IdentityParts } from './parts.ts'
import type { PasskeyTransport } from './passkey-answer.ts'
import type { Person } from './person.ts'

/** A passkey as its person sees it. */
export type Passkey = {
  readonly id: string
  readonly name: string | undefined
  readonly createdAt: Date
  /** The UTC day when it was last used, as 2026-11-27. */
  readonly usedOn: string | undefined
}

/** What a passkey's name is sealed for, so that it opens in its own row only. */
export const passkeyPurpose = (id: string): string => `passkey-name:${id}`

/** A person's passkeys, the newest first. */
export async function listPasskeys(
  { database, subjects }: Pick<IdentityParts, 'database' | 'subjects'>,
  person: Person,
): Promise<readonly Passkey[]> {
  const rows = await database.query<PasskeyRow>(sql`
    select id, name_sealed, created_at, to_char(used_on, 'YYYY-MM-DD') as used_on from passkey where person_id = ${person.id}::uuid order by created_at desc, id desc`)
  return await Promise.all(
    rows.map(async ({ id, name_sealed, created_at: createdAt, used_on: usedOn }) => {
      const name = await subjects.unseal(person.accountId, name_sealed, passkeyPurpose(id))
      return { id, name: name?.toString(), createdAt, usedOn: usedOn ?? undefined }
    }),
  )
}

type PasskeyRow = { readonly id: string; readonly name_sealed: Buffer; readonly created_at: Date; readonly used_on: string | null }

/** Which passkey of a person is called what from now on. */
export type RenamedPasskey = { readonly id: string; readonly name: string }

/** Gives a passkey of a person another name. Fails with passkey_unknown. */
export async function renamePasskey(
  { database, subjects }: Pick<IdentityParts, 'database' | 'subjects'>,
  person: Person,
  { id, name }: RenamedPasskey,
): Promise<void> {
  if (!isUuid(id)) fail('passkey_unknown')
  const sealed = await subjects.seal(person.accountId, Buffer.from(name), passkeyPurpose(id.toLowerCase()))
  const renamed = await database.query(sql`
    update passkey set name_sealed = ${sealed} where id = ${id}::uuid and person_id = ${person.id}::uuid returning 1`)
  if (renamed.length === 0) fail('passkey_unknown')
}

/** Forgets a passkey of a person, but never the last way in. Fails with passkey_unknown, last_way_in. */
export async function removePasskey(
  { database, issuers }: Pick<IdentityParts, 'database' | 'issuers'>,
  { personId, id }: { readonly personId: string; readonly id: string },
): Promise<void> {
  if (!isUuid(id)) fail('passkey_unknown')
  await database.transaction(async (tx) => {
    await lockPerson(tx, personId)
    const removed = await tx.query(sql`delete from passkey where id = ${id}::uuid and person_id = ${personId}::uuid returning 1`)
    if (removed.length === 0) fail('passkey_unknown')
    await requireWayIn(tx, { issuers }, personId)
    await tx.query(sql`
      delete from recovery_code where person_id = ${personId}::uuid
        and not exists (select from passkey where person_id = ${personId}::uuid)
        and not exists (select from person where id = ${personId}::uuid and totp_confirmed_at is not null) returning 1`)
  })
}

/** What browsers know a person's passkeys by. */
export async function credentialsOf(
  database: Database,
  personId: string,
): Promise<{ readonly id: string; readonly transports: PasskeyTransport[] }[]> {
  const rows = await database.query<{ readonly credential_id: Buffer; readonly transports: PasskeyTransport[] }>(sql`
    select credential_id, transports from passkey where person_id = ${personId}::uuid order by created_at`)
  return rows.map(({ credential_id, transports }) => ({ id: credential_id.toString('base64url'), transports: [...transports] }))
}
