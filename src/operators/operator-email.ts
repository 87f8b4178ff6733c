import { type Database, sql } from '../db/index.ts'
import type { OperatorOptions } from './options.ts'

/** What the e-mail of an operator is sealed for, so that it opens in its own row only. */
const emailPurpose = (id: string): string => `operator-email:${id}`

/** Keeps the e-mail of an operator, sealed under a key of theirs, in the place of the one there is. */
export async function keepOperatorEmail(
  tx: Database,
  { subjects }: Pick<OperatorOptions, 'subjects'>,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  await subjects.create(id)
  const sealed = await subjects.seal(id, Buffer.from(email), emailPurpose(id))
  await tx.query(sql`update operator set email_sealed = ${sealed} where id = ${id}::uuid and ended_at is null returning 1`)
}

/** The e-mail of an operator; undefined where none is kept. */
export async function emailOfOperator(
  { database, subjects }: Pick<OperatorOptions, 'database' | 'subjects'>,
  name: string,
): Promise<string | undefined> {
  const [row] = await database.query<{ readonly id: string; readonly email_sealed: Buffer | null }>(sql`
    select id, email_sealed from operator where name = ${name} and ended_at is null`)
  if (row === undefined || row.email_sealed === null) return undefined
  return (await subjects.unseal(row.id, row.email_sealed, emailPurpose(row.id)))?.toString()
}
