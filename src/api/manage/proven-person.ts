import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { requireFreshActing } from '../require-session.ts'
import { type ManageDependencies, makerOf } from './manage-env.ts'

/** Lets those pass who are signed in and have shown lately who they are, for what moves their money without them or away. Fails with person_needed, not_fresh. */
export async function requireProvenPerson(
  c: Context<CustomerEnv>,
  { identity, publicUrl }: Pick<ManageDependencies, 'identity' | 'publicUrl'>,
): Promise<void> {
  if (makerOf(c) === undefined) fail('person_needed', { page: `${publicUrl}/dashboard/top-up` })
  await requireFreshActing(c, identity)
}
