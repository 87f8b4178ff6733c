import { type Database, sql } from '../db/index.ts'
import type { CellReaders } from '../privacy/index.ts'
import type { IdentityOptions } from './options.ts'

/** A name of a team has at most so many characters. */
export const TEAM_NAME_MAX = 40

/** What people read when a name of a team is refused. */
export const TEAM_NAME_EXPECTED = `a name of 1 to ${TEAM_NAME_MAX} characters without an address in it`

/**
 * Whether a name holds nothing that a mail program makes a link of: it stands in letters to whoever a team invites, and whoever opens an account
 * can name one.
 */
export const isTeamName = (name: string): boolean => !/[@/\\]|\.\p{L}{2}|www/iu.test(name)

type Sealing = Pick<IdentityOptions['subjects'], 'seal' | 'unseal'>

/** What the name of a team is sealed for, so that it opens in its own row only. */
const namePurpose = (accountId: string): string => `team-name:${accountId}`

/** Names the team of an account, or takes its name away; `now` in milliseconds. */
export async function nameTeam(
  database: Database,
  sealing: Sealing,
  { accountId, name, now }: { readonly accountId: string; readonly name: string | undefined; readonly now: number },
): Promise<void> {
  if (name === undefined) {
    await database.query(sql`delete from team_name where account_id = ${accountId}::uuid`)
    return
  }
  const sealed = await sealing.seal(accountId, Buffer.from(name), namePurpose(accountId))
  await database.query(sql`
    insert into team_name (account_id, name_sealed, changed_at) values (${accountId}::uuid, ${sealed}, ${new Date(now)})
    on conflict (account_id) do update set name_sealed = excluded.name_sealed, changed_at = excluded.changed_at`)
}

/** What the team of an account is called; undefined where nobody named it. */
export async function readTeamName(
  { database, subjects }: { readonly database: Database; readonly subjects: Pick<Sealing, 'unseal'> },
  accountId: string,
): Promise<string | undefined> {
  const [row] = await database.query<{ readonly name_sealed: Buffer }>(sql`
    select name_sealed from team_name where account_id = ${accountId}::uuid`)
  return row === undefined ? undefined : (await subjects.unseal(accountId, row.name_sealed, namePurpose(accountId)))?.toString()
}

/** How names of teams are read. */
export const teamNameReaders = (sealing: Pick<Sealing, 'unseal'>): CellReaders => ({
  'team_name.name_sealed': async ({ accountId, value }) =>
    (await sealing.unseal(accountId, value, namePurpose(accountId)))?.toString() ?? null,
})
