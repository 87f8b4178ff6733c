import { getAccount } from '../accounts/index.ts'
import { type Database, sql } from '../db/index.ts'
import { type GuessLimit, HOUR_MS } from './guess-limits.ts'
import type { IdentityParts } from './parts.ts'
import { sendTo } from './post.ts'
import type { Role } from './roles.ts'
import { noteSignInChange } from './sign-in-changes.ts'
import { mayBeWritten } from './sign-up.ts'
import { readTeamName } from './team-name.ts'

/** Who has joined which account in what role; `invitedBy` is the person who invited, undefined where nobody is known to have. */
export type JoinedMember = {
  readonly accountId: string
  readonly personId: string
  readonly role: Role
  readonly invitedBy: string | undefined
}

/** Of how many members one person is told in an hour, as a whole company may sign in on one morning. */
const TOLD: GuessLimit = { times: 20, windowMs: HOUR_MS, about: 'member-joined' }

/** Tells the owners of an account and who invited that it has another member, by letter and on the page of security; says nothing of who it is. */
export async function tellMemberJoined(parts: IdentityParts, joined: JoinedMember): Promise<void> {
  for (const accountId of await concernedBy(parts.database, joined)) {
    if (!(await mayBeWritten(parts, accountId, TOLD))) continue
    await noteSignInChange(parts, accountId, 'member-joined')
    parts.box.take(() => sendTo(parts, accountId, (to) => send(parts, joined, to)))
  }
}

/** The own accounts of those who are told; the account itself too, as nobody may have opened it yet. */
async function concernedBy(database: Database, { accountId, personId, invitedBy }: JoinedMember): Promise<readonly string[]> {
  const rows = await database.query<{ readonly id: string }>(sql`
    select id from account where status <> 'erased' and id <> (select account_id from person where person.id = ${personId}::uuid) and (
      id = ${accountId}::uuid or id in (
        select person.account_id from person left join account_member on person_id = person.id and account_member.account_id = ${accountId}::uuid
        where role = 'owner' or person.id = ${invitedBy ?? null}::uuid))`)
  return rows.map(({ id }) => id)
}

async function send(parts: IdentityParts, { accountId, role }: JoinedMember, to: string): Promise<void> {
  const { database, subjects, publicUrl, service } = parts
  const team = (await readTeamName(parts, accountId)) ?? (await getAccount(database, subjects, accountId)).email ?? service
  await parts.mailer?.send('member-joined', to, { team, role, link: `${publicUrl}/dashboard/team` })
}
