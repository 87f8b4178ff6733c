/** What a person may be in an account, the most powerful first. */
export const ROLES = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Whether a role runs its account, and so makes what acts for it. */
export const runsAccount = (role: Role): boolean => role === 'owner' || role === 'admin'

/** Whether a role may something that another may not: who works with keys and who pays each may what the other may not. */
export const mayMore = (role: Role, than: Role): boolean =>
  ROLES.indexOf(role) < ROLES.indexOf(than) || (role === 'billing' && than === 'developer')
