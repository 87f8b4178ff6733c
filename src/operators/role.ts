/**
 * What an operator may do, most first: the owner everything; a manager everything but who the operators are; finance money; support accounts and
 * those who have them; read-only nothing but look.
 */
export const OPERATOR_ROLES = ['owner', 'manager', 'finance', 'support', 'read-only'] as const
export type OperatorRole = (typeof OPERATOR_ROLES)[number]

/** What a door of the interface asks for. */
export const OPERATOR_RIGHTS = ['look', 'care', 'money', 'house', 'own'] as const
export type OperatorRight = (typeof OPERATOR_RIGHTS)[number]

/** The rights of each role. */
export const RIGHTS_OF: Readonly<Record<OperatorRole, readonly OperatorRight[]>> = {
  owner: OPERATOR_RIGHTS,
  manager: ['look', 'care', 'money', 'house'],
  finance: ['look', 'money'],
  support: ['look', 'care'],
  'read-only': ['look'],
}

/** The roles that have a right, most first. */
export const rolesWith = (right: OperatorRight): readonly OperatorRole[] => OPERATOR_ROLES.filter((role) => RIGHTS_OF[role].includes(right))
