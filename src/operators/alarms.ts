import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { noteAtDoor } from './note.ts'
import { emailOfOperator } from './operator-email.ts'
import type { OperatorOptions } from './options.ts'
import type { OperatorSession } from './sessions.ts'

/** Whether operators who are signed in are written to when something needs a hand. Fails with operator_nameless for the token of the configuration. */
export type OwnAlarms = {
  readonly readAlarms: (session: OperatorSession) => Promise<boolean>
  readonly setAlarms: (session: OperatorSession, isWanted: boolean) => Promise<void>
}

/** The choice of operators on these parts. */
export const makeOwnAlarms = (parts: OperatorOptions): OwnAlarms => ({
  readAlarms: async ({ operator }) => {
    const id = operator.id ?? fail('operator_nameless')
    const [row] = await parts.database.query<{ readonly alarms: boolean }>(sql`select alarms from operator where id = ${id}::uuid`)
    return row?.alarms ?? false
  },
  setAlarms: async ({ operator }, isWanted) => {
    const id = operator.id ?? fail('operator_nameless')
    await noteAtDoor(parts, { actor: operator.actor, event: isWanted ? 'alarms-on' : 'alarms-off' })
    await parts.database.query(sql`update operator set alarms = ${isWanted} where id = ${id}::uuid and ended_at is null returning 1`)
  },
})

/** The e-mails of operators who are written to when something needs a hand. */
export async function listAlarmed(parts: Pick<OperatorOptions, 'subjects'> & { readonly database: Database }): Promise<readonly string[]> {
  const rows = await parts.database.query<{ readonly name: string }>(sql`
    select name from operator where ended_at is null and alarms and email_sealed is not null order by name`)
  const emails = await Promise.all(rows.map(({ name }) => emailOfOperator(parts, name)))
  return [...new Set(emails.filter((email) => email !== undefined))]
}
