import { type Database, isDatabaseError, type Sql, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { isUuid } from '../lib/index.ts'
import type { IdentityOptions } from './options.ts'

/** Who a person is at an issuer, as they see it: which issuer, and since when; who they are there lies nowhere. */
export type OutsideIdentity = {
  readonly id: string
  readonly issuer: string
  /** What people know the issuer as; undefined for one that is not configured any more, and signs nobody in. */
  readonly name: string | undefined
  readonly createdAt: Date
}

/** Who is linked with whom; `subject` is who it is among all issuers. */
export type NewIdentity = { readonly personId: string; readonly issuer: string; readonly subject: string }

type Parts = Pick<IdentityOptions, 'database' | 'subjects' | 'clock' | 'ids' | 'issuers' | 'teamIssuers'>

const IDENTITIES_MAX = 10
const TAKEN = '23505'

const lookupOf = ({ subjects }: Pick<Parts, 'subjects'>, subject: string): Buffer => subjects.lookup(subject, 'outside-identity')

/** Whom somebody at an issuer is here; `hasLeft` says that it is the issuer of a team that they left, or were removed from. */
export type KnownIdentity = { readonly personId: string; readonly hasLeft: boolean }

/** The person whom somebody at an issuer is here. */
export async function findByIdentity(parts: Pick<Parts, 'database' | 'subjects'>, subject: string): Promise<KnownIdentity | undefined> {
  const [row] = await parts.database.query<{ readonly person_id: string; readonly left_at: Date | null }>(sql`
    select person_id, left_at from outside_identity where subject_lookup = ${lookupOf(parts, subject)}`)
  return row === undefined ? undefined : { personId: row.person_id, hasLeft: row.left_at !== null }
}

/** Links a person with who they are at an issuer. Fails with identity_taken, identities_full. */
export async function linkIdentity(tx: Database, parts: Omit<Parts, 'database'>, identity: NewIdentity): Promise<void> {
  const { personId, issuer, subject } = identity
  await lockPerson(tx, personId)
  const known = await tx.query(sql`select from outside_identity where person_id = ${personId}::uuid`)
  if (known.length >= IDENTITIES_MAX) fail('identities_full', { limit: IDENTITIES_MAX })
  try {
    await tx.query(sql`
      insert into outside_identity (id, person_id, issuer, subject_lookup, created_at)
      values (${parts.ids.uuid()}::uuid, ${personId}::uuid, ${issuer}, ${lookupOf(parts, subject)}, ${new Date(parts.clock.now())})`)
  } catch (thrown) {
    if (isDatabaseError(thrown, TAKEN)) fail('identity_taken')
    throw thrown
  }
}

/** Who a person is at issuers, the newest first. */
export async function listIdentities(
  { database, issuers, teamIssuers }: Pick<Parts, 'database' | 'issuers' | 'teamIssuers'>,
  personId: string,
): Promise<readonly OutsideIdentity[]> {
  const configured = (issuers?.list('customers') ?? []).map(({ id, name }) => [id, name] as const)
  const rows = await database.query<{ readonly id: string; readonly issuer: string; readonly created_at: Date }>(sql`
    select id, issuer, created_at from outside_identity where person_id = ${personId}::uuid order by created_at desc, id desc`)
  const ofTeams = await teamIssuers?.namesOf(rows.map(({ issuer }) => issuer))
  const names = new Map([...configured, ...(ofTeams ?? [])])
  return rows.map(({ id, issuer, created_at: createdAt }) => ({ id, issuer, name: names.get(issuer), createdAt }))
}

/** Takes a link away, but never the last way in. Fails with identity_unknown, last_way_in. */
export async function unlinkIdentity(
  { database, issuers }: Pick<Parts, 'database' | 'issuers'>,
  { personId, id }: { readonly personId: string; readonly id: string },
): Promise<void> {
  if (!isUuid(id)) fail('identity_unknown')
  await database.transaction(async (tx) => {
    await lockPerson(tx, personId)
    const removed = await tx.query(sql`delete from outside_identity where id = ${id}::uuid and person_id = ${personId}::uuid returning 1`)
    if (removed.length === 0) fail('identity_unknown')
    await requireWayIn(tx, { issuers }, personId)
  })
}

/** Takes all links of a person away, as who shows that an e-mail is theirs says anew who comes in. */
export async function dropIdentities(tx: Database, personId: string): Promise<void> {
  await tx.query(sql`delete from outside_identity where person_id = ${personId}::uuid returning 1`)
}

/** Of two ways that are taken away at once one is first, and sees that the other is the last. */
export async function lockPerson(tx: Database, personId: string): Promise<void> {
  await tx.query(sql`select from person where id = ${personId}::uuid for no key update`)
}

/** Whether a person can still come in by themselves: by a password, an account number, a passkey, or an issuer that is configured. Fails with last_way_in. */
export async function requireWayIn(tx: Database, { issuers }: Pick<Parts, 'issuers'>, personId: string): Promise<void> {
  const ways = await tx.query(sql`select from person where id = ${personId}::uuid and (${waysOf(issuers)})`)
  if (ways.length === 0) fail('last_way_in')
}

function waysOf(issuers: Parts['issuers']): Sql {
  const configured = (issuers?.list('customers') ?? []).map(({ id }) => id)
  return sql`password_hash is not null or number_lookup is not null
    or exists (select from passkey where passkey.person_id = person.id)
    or exists (select from outside_identity as way where way.person_id = person.id and way.issuer = any (${configured}::text[]))`
}
