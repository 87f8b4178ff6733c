import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { type Role, runsAccount } from '../../identity/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { type ManageDependencies, makerOf } from './manage-env.ts'

/**
 * Lets those pass who may give a role, by whichever door: who runs the account is made that by a person, as whoever a key has leaked to would stay by it when
 * the key has ended. Fails with person_needed.
 */
export function requireGivable(c: Context<CustomerEnv>, role: Role, { publicUrl }: Pick<ManageDependencies, 'publicUrl'>): void {
  if (makerOf(c) === undefined && runsAccount(role)) fail('person_needed', { page: `${publicUrl}/dashboard/team` })
}
