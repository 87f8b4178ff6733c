import type { OperatorRight, OperatorRole } from '../../src/operators/index.ts'
import { useSession } from './session.tsx'

/** What each role may do, as the server has it; what is not shown here is refused there. */
const RIGHTS: Readonly<Record<OperatorRole, readonly OperatorRight[]>> = {
  owner: ['look', 'care', 'money', 'house', 'own'],
  manager: ['look', 'care', 'money', 'house'],
  finance: ['look', 'money'],
  support: ['look', 'care'],
  'read-only': ['look'],
}

/** Whether whoever is signed in may do what a right opens. */
export function useMay(): (right: OperatorRight) => boolean {
  const { role } = useSession()
  return (right) => RIGHTS[role].includes(right)
}
