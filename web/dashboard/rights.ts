import type { MemberRight } from '../../src/api/index.ts'
import type { Profile } from './answers.ts'
import { useSession } from './session.tsx'

type Role = Profile['account']['role']

/** What each role may do in an account, as the server has it; what is not shown here is refused there. */
const RIGHTS: Readonly<Record<Role, readonly MemberRight[]>> = {
  owner: ['look', 'keys', 'pay', 'run'],
  admin: ['look', 'keys', 'pay', 'run'],
  developer: ['look', 'keys'],
  billing: ['look', 'pay'],
  viewer: ['look'],
}

/** Whether whoever is signed in may do what a right opens, in the account that they act for. */
export function useMay(): (right: MemberRight) => boolean {
  const { role } = useSession().account
  return (right) => RIGHTS[role].includes(right)
}
