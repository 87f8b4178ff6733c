import { createHash, timingSafeEqual } from 'node:crypto'
import { type Database, sql } from '../db/index.ts'
import { type Operator, operatorOf, TOKEN_OWNER } from './operator.ts'
import type { OperatorOptions } from './options.ts'
import type { OperatorRole } from './role.ts'

/** The text of an operator's token: a prefix and 32 random bytes. */
export const operatorTokenOf = (random: Buffer): string => `fbo_${random.toString('hex')}`

/** What the tokens of named operators look like; nothing else is looked up. */
const NAMED_TOKEN = /^fbo_[0-9a-f]{64}$/

/** What is kept of a token, 32 bytes. */
export const hashOperatorToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Who has a token, the configured one compared in constant time; undefined for a token that nobody has, or has no more. */
export async function findByToken(
  { database, tokenHash }: Pick<OperatorOptions, 'database' | 'tokenHash'>,
  token: string,
): Promise<Operator | undefined> {
  if (timingSafeEqual(hashOperatorToken(token), tokenHash)) return TOKEN_OWNER
  return NAMED_TOKEN.test(token) ? await findNamed(database, token) : undefined
}

async function findNamed(database: Database, token: string): Promise<Operator | undefined> {
  const [row] = await database.query<{ readonly id: string; readonly name: string; readonly role: OperatorRole }>(sql`
    select operator.id, operator.name, role from operator_token join operator on operator.name = operator_token.name
    where hash = ${hashOperatorToken(token)} and revoked_at is null and ended_at is null`)
  return row === undefined ? undefined : operatorOf(row)
}
