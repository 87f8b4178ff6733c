import { fail } from '../failures.ts'
import type { Role } from '../identity/index.ts'

/** What a member of an account asks to do under /api: look, work with keys, pay, or run the account. */
export const MEMBER_RIGHTS = ['look', 'keys', 'pay', 'run'] as const
export type MemberRight = (typeof MEMBER_RIGHTS)[number]

/** The rights of each role. */
export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly MemberRight[]>> = {
  owner: MEMBER_RIGHTS,
  admin: MEMBER_RIGHTS,
  developer: ['look', 'keys'],
  billing: ['look', 'pay'],
  viewer: ['look'],
}

/** What changes something, by the right that it asks for; whatever is in no list asks for `run`. Looking asks for `look`, everywhere. */
const CHANGES: Readonly<Record<'look' | 'keys' | 'pay', RegExp>> = {
  look: /^(?:(?:POST|DELETE) \/api\/support\/requests(?:\/|$)|POST \/api\/team\/leave$|PUT \/api\/account\/announcements\/seen$)/,
  keys: /^(?:POST|PATCH|PUT|DELETE) \/api\/(?:keys|end-users)(?!\/management)(?:\/|$)/,
  // What lets a saved card be charged is for who runs the account; whoever pays may stop it.
  pay: /^(?!(?:POST|PUT|PATCH) \/api\/billing\/(?:cards|portal|auto-top-up|card-renewals)(?:\/|$))(?:POST|PUT|PATCH|DELETE) \/api\/(?:billing|pools)(?:\/|$)/,
}

/** The right that a request under /api asks for. */
export function memberRightOf(method: string, path: string): MemberRight {
  if (method === 'GET' || method === 'HEAD') return 'look'
  const line = `${method} ${path}`
  return (['look', 'keys', 'pay'] as const).find((right) => CHANGES[right].test(line)) ?? 'run'
}

/** Lets a role pass that has a right. Fails with member_role, which names the roles that have. */
export function requireMemberRight(role: Role, right: MemberRight): void {
  if (RIGHTS_OF_ROLE[role].includes(right)) return
  const roles = (Object.keys(RIGHTS_OF_ROLE) as Role[]).filter((one) => RIGHTS_OF_ROLE[one].includes(right))
  fail('member_role', { role, roles: roles.join(' or ') })
}
