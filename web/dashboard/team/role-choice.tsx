import { useState } from 'react'
import { Choice } from '../../parts/index.ts'
import type { Member } from '../answers.ts'
import { useWords } from '../words/index.ts'

const ROLES = ['viewer', 'billing', 'developer', 'admin', 'owner'] as const

/** Chooses a role, and says what it may; owners alone make owners. */
export function RoleChoice({
  isOwner,
  first,
  wrong,
}: {
  readonly isOwner: boolean
  readonly first: Member['role']
  readonly wrong?: string | undefined
}) {
  const words = useWords().team
  const [role, setRole] = useState(first)
  return (
    <Choice
      label={words.role}
      name="role"
      value={role}
      hint={role === 'owner' && first !== 'owner' ? words.makesOwner : words.rolesMay[role]}
      wrong={wrong}
      onChange={(event) => setRole(ROLES.find((one) => one === event.currentTarget.value) ?? first)}
    >
      {ROLES.filter((one) => isOwner || one !== 'owner').map((one) => (
        <option key={one} value={one}>
          {words.roles[one]}
        </option>
      ))}
    </Choice>
  )
}
