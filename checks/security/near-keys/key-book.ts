import { randomBytes, randomUUID } from 'node:crypto'
import { type Database, sql } from '../../../src/db/index.ts'
import { findKeyByHash, findManagementKey } from '../../../src/keys/index.ts'
import { hashKey } from '../../../src/spec/index.ts'
import { secretOf, type TrueKey } from './near-misses.ts'

/** Writes keys of accounts of their own: every fourth manages, every fifth was rotated and is still good by what it was before. */
export async function writeKeys(owner: Database, count: number): Promise<readonly TrueKey[]> {
  const keys = Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    bytes: randomBytes(32),
    isManaging: index % 4 === 3,
    index,
  }))
  for (const { index, ...key } of keys) {
    const accountId = randomUUID()
    const hash = hashKey(secretOf(key))
    await owner.query(sql`insert into account (id) values (${accountId}) returning 1`)
    if (key.isManaging)
      await owner.query(sql`
        insert into management_key (id, account_id, hash, hint, created_at) values (${key.id}, ${accountId}, ${hash}, 'k', now()) returning 1`)
    else if (index % 5 === 0)
      await owner.query(sql`
        insert into api_key (id, account_id, hash, old_hash, old_until, hint)
        values (${key.id}, ${accountId}, ${randomBytes(32)}, ${hash}, now() + interval '1 day', 'k') returning 1`)
    else await owner.query(sql`insert into api_key (id, account_id, hash, hint) values (${key.id}, ${accountId}, ${hash}, 'k') returning 1`)
  }
  return keys
}

/** Whose a digest is, as each of the two look-ups of the product has it. */
export async function ownersOf(database: Database, digest: Buffer): Promise<readonly string[]> {
  const found = await Promise.all([findKeyByHash(database, digest), findManagementKey(database, digest)])
  return found.flatMap((key) => (key === undefined ? [] : [key.keyId]))
}
