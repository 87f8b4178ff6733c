import type { Context } from 'hono'
import type { z } from 'zod'
import { fail } from '../failures.ts'
import { getOperator, type NamedOperator, type Operator } from '../operators/index.ts'
import { operatorMe, type operatorShown } from './contract/index.ts'
import type { ApiDependencies } from './dependencies.ts'
import { operatorCookie } from './operator-cookie.ts'

type Dependencies = Pick<ApiDependencies, 'operators' | 'appDatabase'>

/** Who asks, as they see it; without `freshUntil` they show who they are each time. */
export async function showMe(
  { operators, appDatabase }: Dependencies,
  operator: Operator,
  freshUntil: number | undefined,
): Promise<z.output<typeof operatorMe>> {
  return operatorMe.parse({
    ...{ name: operator.name, role: operator.role },
    ...(await waysOf(appDatabase, operator)),
    fresh: freshUntil === undefined || operators.isFresh({ freshUntil }),
    fresh_until: freshUntil === undefined ? null : new Date(freshUntil).toISOString(),
  })
}

async function waysOf(database: Dependencies['appDatabase'], { id, name }: Operator) {
  if (id === undefined) return { ways: ['token' as const], recovery_codes_left: 0 }
  const { ways, recoveryCodesLeft } = await getOperator(database, name)
  return { ways, recovery_codes_left: recoveryCodesLeft }
}

/** Has a browser keep the token of a session that was just opened, and shows whose it is. Fails with signed_out. */
export async function showSignedIn(c: Context, dependencies: Dependencies, token: string): Promise<z.output<typeof operatorMe>> {
  const session = (await dependencies.operators.sessionOf(token)) ?? fail('signed_out')
  operatorCookie.set(c, token)
  return await showMe(dependencies, session.operator, session.freshUntil)
}

/** An operator as owners see them. */
export const showOperator = (operator: NamedOperator): z.output<typeof operatorShown> => ({
  ...{ name: operator.name, role: operator.role, ways: [...operator.ways] },
  invited_until: operator.invitedUntil?.toISOString() ?? null,
  created_at: operator.createdAt.toISOString(),
  revoked_at: operator.endedAt?.toISOString() ?? null,
})
