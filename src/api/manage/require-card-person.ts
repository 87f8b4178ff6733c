import type { Context } from 'hono'
import type { CustomerEnv } from '../customer-guard.ts'
import { requireMemberRight } from '../member-doors.ts'
import type { ManageDependencies } from './manage-env.ts'
import { requireProvenPerson } from './proven-person.ts'

/**
 * Lets those pass who may have a card kept, or charged while nobody is there: whoever runs the account, and has shown lately who they are. Fails with
 * person_needed, member_role, not_fresh.
 */
export async function requireCardPerson(
  c: Context<CustomerEnv>,
  dependencies: Pick<ManageDependencies, 'identity' | 'publicUrl'>,
): Promise<void> {
  const customer = c.get('customer')
  if ('role' in customer) requireMemberRight(customer.role, 'run')
  await requireProvenPerson(c, dependencies)
}
