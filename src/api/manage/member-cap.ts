import type { Context } from 'hono'
import type { z } from 'zod'
import type { Database } from '../../db/index.ts'
import { fail } from '../../failures.ts'
import { findMemberGroup, listMemberCaps } from '../../keys/index.ts'
import { readSpending } from '../../ledger/index.ts'
import { formatUsd } from '../../lib/index.ts'
import type { memberShown } from '../contract/index.ts'
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

type ShownCap = NonNullable<z.output<typeof memberShown>['cap']>

/** The caps of an account's members by the person, with what is spent of each in the window that holds at `at`, in milliseconds since 1970. */
export async function readMemberCaps(database: Database, accountId: string, at: number): Promise<ReadonlyMap<string, ShownCap>> {
  const caps = [...(await listMemberCaps(database, accountId))]
  const limits = caps.map(([, { groupId, amount, window }]) => ({
    ...{ subjectId: groupId, owner: 'group' as const, limit: amount, window, covers: false },
  }))
  const spending = await readSpending(database, limits, at)
  return new Map(
    caps.flatMap(([personId, { amount, window }], index) => {
      const { spent, endsAt } = spending[index] ?? { spent: 0n, endsAt: undefined }
      const resetsAt = endsAt === undefined ? null : new Date(endsAt).toISOString()
      return [[personId, { amount: formatUsd(amount), window, spent: formatUsd(spent), resetsAt }] as const]
    }),
  )
}
