import type { Context } from 'hono'
import type { Database } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { findMemberGroup, listMemberCaps } from '../../keys/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { accountOf, makerOf } from './manage-env.ts'

/** The group that a new key of the caller counts against; undefined for callers that no cap was ever set for, and for management keys. */
export async function groupOfMaker(database: Database, c: Context<CustomerEnv>): Promise<string | undefined> {
  const personId = makerOf(c)
  return personId === undefined ? undefined : await findMemberGroup(database, { accountId: accountOf(c), personId })
}

/** Keys of end users count against the end user's cap and no other, so that whoever has a cap of their own makes none. Fails with member_capped. */
export async function refuseCapped(database: Database, c: Context<CustomerEnv>): Promise<void> {
  const personId = makerOf(c)
  if (personId !== undefined && (await listMemberCaps(database, accountOf(c))).has(personId)) fail('member_capped')
}
