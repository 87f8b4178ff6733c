import { z } from 'zod'
import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { publicUrlOf } from '../outbound/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'

/** Roles that somebody can join a team in by signing in; nobody becomes an owner by that. */
export const SIGN_ON_ROLES = ['admin', 'developer', 'billing', 'viewer'] as const
export type RequiredRole = (typeof SIGN_ON_ROLES)[number]

/** The issuer of a team, as its members see it. */
export type TeamIssuer = {
  readonly id: string
  readonly accountId: string
  readonly issuer: string
  readonly clientId: string
  readonly hasSecret: boolean
  readonly defaultRole: RequiredRole
  /** Whether members who are no owners act for the team only when they came by it. */
  readonly isRequired: boolean
  readonly createdAt: Date
}

/** What the settings of an issuer are sealed with. */
export type IssuerSealing = Pick<SubjectKeys, 'seal' | 'unseal'>

const settingsSchema = z.object({ issuer: z.string(), clientId: z.string(), clientSecret: z.string().optional() })

/** What is sealed of an issuer: its address, and the client that the team registered there. */
export type IssuerClient = z.output<typeof settingsSchema>

/** A row as the statements here read it. */
export type IssuerRow = {
  readonly id: string
  readonly account_id: string
  readonly settings_sealed: Buffer
  readonly default_role: RequiredRole
  readonly is_required: boolean
  readonly created_at: Date
}

/** The columns of a row. */
export const ISSUER_COLUMNS = sql`team_issuer.id, team_issuer.account_id, settings_sealed, default_role, is_required, team_issuer.created_at`

/** What the settings of an issuer are sealed for, so that they open in their own row only. */
export const issuerPurpose = (id: string): string => `team-issuer:${id}`

/** The client of a row; undefined once the account was erased. */
export async function clientOf(row: Pick<IssuerRow, 'id' | 'account_id' | 'settings_sealed'>, sealing: Pick<IssuerSealing, 'unseal'>) {
  const opened = await sealing.unseal(row.account_id, row.settings_sealed, issuerPurpose(row.id))
  return opened === undefined ? undefined : settingsSchema.parse(JSON.parse(opened.toString()))
}

/** The issuer of an account; undefined where it has none. The secret is told to nobody. */
export async function readIssuer(database: Database, sealing: IssuerSealing, accountId: string): Promise<TeamIssuer | undefined> {
  const [row] = await database.query<IssuerRow>(sql`select ${ISSUER_COLUMNS} from team_issuer where account_id = ${accountId}::uuid`)
  const client = row === undefined ? undefined : await clientOf(row, sealing)
  if (row === undefined || client === undefined) return undefined
  return {
    ...{ id: row.id, accountId, issuer: client.issuer, clientId: client.clientId, hasSecret: client.clientSecret !== undefined },
    ...{ defaultRole: row.default_role, isRequired: row.is_required, createdAt: row.created_at },
  }
}

/** The issuer that an account is to have; a secret that is left out stays while address and client stay. `random` is 8 bytes. */
export type IssuerChange = IssuerClient & {
  readonly accountId: string
  readonly defaultRole: RequiredRole
  readonly isRequired: boolean
  readonly random: Buffer
  readonly now: number
}

/**
 * Writes the issuer of an account down, in a transaction of the caller's. Another address is another issuer: whoever was linked with the one before is not
 * linked with it. Fails with invalid_field (issuer), account_unknown, sign_on_unverified where it is required and no domain is shown.
 */
export async function keepIssuer(tx: Database, sealing: IssuerSealing, change: IssuerChange): Promise<void> {
  const { accountId, issuer, clientId, defaultRole, isRequired } = change
  requirePublic(issuer)
  const [account] = await tx.query(sql`select from account where id = ${accountId}::uuid and status <> 'erased' for update`)
  if (account === undefined) fail('account_unknown')
  const shown = await tx.query(sql`select from team_domain where account_id = ${accountId}::uuid and verified_at is not null limit 1`)
  if (isRequired && shown.length === 0) fail('sign_on_unverified')
  const [row] = await tx.query<IssuerRow>(sql`select ${ISSUER_COLUMNS} from team_issuer where account_id = ${accountId}::uuid`)
  const known = row === undefined ? undefined : await clientOf(row, sealing)
  const isSame = known?.issuer === issuer && known.clientId === clientId
  const clientSecret = change.clientSecret ?? (isSame ? known.clientSecret : undefined)
  const id = row?.id ?? `team-${change.random.toString('hex')}`
  const text = JSON.stringify({ issuer, clientId, clientSecret })
  const sealed = await sealing.seal(accountId, Buffer.from(text), issuerPurpose(id))
  await tx.query(sql`
    insert into team_issuer (account_id, id, settings_sealed, default_role, is_required, created_at, changed_at)
    values (${accountId}::uuid, ${id}, ${sealed}, ${defaultRole}, ${isRequired}, ${new Date(change.now)}, ${new Date(change.now)})
    on conflict (account_id) do update set settings_sealed = excluded.settings_sealed, default_role = excluded.default_role,
      is_required = excluded.is_required, changed_at = excluded.changed_at returning 1`)
  if (known !== undefined && known.issuer !== issuer) await forgetIssuer(tx, { id, accountId, now: change.now })
}

/** Takes the issuer of an account away at `now` (milliseconds), with all links to it, and signs out whom it let in; members stay. Fails with sign_on_unknown. */
export async function dropIssuer(tx: Database, accountId: string, now: number): Promise<void> {
  const [gone] = await tx.query<{ readonly id: string }>(sql`delete from team_issuer where account_id = ${accountId}::uuid returning id`)
  if (gone === undefined) return fail('sign_on_unknown')
  await forgetIssuer(tx, { id: gone.id, accountId, now })
}

type Forgotten = { readonly id: string; readonly accountId: string; readonly now: number }

/** What an issuer said of anybody is worth nothing any more: links, sessions that it opened, and its word for others, also where a second step is yet to come. */
async function forgetIssuer(tx: Database, { id, accountId, now }: Forgotten): Promise<void> {
  await tx.query(sql`delete from outside_identity where issuer = ${id} returning 1`)
  await tx.query(sql`
    update sign_in_session set token_hash = null, ended_at = ${new Date(now)} where confined_to = ${accountId}::uuid and ended_at is null returning 1`)
  await tx.query(
    sql`update sign_in_session set vouched_by = null, vouched_at = null where vouched_by = ${accountId}::uuid and ended_at is null returning 1`,
  )
  await tx.query(sql`delete from sign_in_step where vouched_by = ${accountId}::uuid returning 1`)
}

function requirePublic(issuer: string): void {
  const isPlain = publicUrlOf(issuer) !== undefined && !/[?#]/.test(issuer)
  if (!isPlain)
    fail('invalid_field', { field: 'issuer', expected: 'the https address of an issuer on the public internet, without ? and #' })
}
