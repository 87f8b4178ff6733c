import { type Database, sql } from '../../src/db/index.ts'

/** Opens an account with an address that nobody can read, as far as the policy looks at accounts. */
export async function openAccount(database: Database, id: string): Promise<void> {
  await database.query(sql`insert into account (id, email_sealed) values (${id}, ${Buffer.from('sealed')})`)
}
