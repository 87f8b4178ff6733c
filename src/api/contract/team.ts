import { z } from '@hono/zod-openapi'
import { isTeamName, ROLES, TEAM_NAME_EXPECTED, TEAM_NAME_MAX } from '../../identity/index.ts'
import { amountInput } from './credit.ts'
import { ownWords, time, usd } from './fields.ts'

const role = z.enum(ROLES, `one of ${ROLES.join(', ')}`)
const cap = z.strictObject({ amount: amountInput, window: z.enum(['day', 'week', 'month'], '"day", "week" or "month"') })

/** Who is invited: by a letter, or without an e-mail by a code that the inviter hands over. */
export const teamInvitationInput = z
  .strictObject({ email: z.string('one e-mail address such as name@example.com').min(3).max(254).optional(), role })
  .openapi('NewInvitation')

/** An invitation as it is remembered for a repeated POST: without the e-mail. */
export const invitationRemembered = z.object({ id: z.string(), role, createdAt: time, expiresAt: time })

/** An invitation that was made; `code` is null where it was mailed. */
export const teamInvitationMade = invitationRemembered
  .extend({ email: z.string().nullable(), code: z.string().nullable() })
  .openapi('MadeInvitation')

/** An open invitation. */
export const invitationShown = invitationRemembered
  .extend({ email: z.string().nullable(), invitedBy: z.string().nullable() })
  .openapi('Invitation')

/** A member of the account; `cap` is what the keys they made may spend together in each window of UTC, and what they spent in this one. */
export const memberShown = z
  .object({
    id: z.string(),
    email: z.string().nullable(),
    role,
    isOpener: z.boolean(),
    isYou: z.boolean(),
    cap: z.object({ amount: usd, window: z.string(), spent: usd, resetsAt: time.nullable() }).nullable(),
    joinedAt: time,
  })
  .openapi('Member')

/** What to change of a member; a cap of null is taken away. */
export const memberChange = z.strictObject({ role: role.optional(), cap: cap.nullable().optional() }).openapi('MemberChange')

/** What goes with a member: their keys end, unless they are kept. */
export const memberRemoval = z.strictObject({ keep_keys: z.enum(['true', 'false'], '"true" or "false"').optional() })

/** What an invitation is for, to who is signed in and has its code: into whose account, who asks, and in what role. */
export const invitationLookedAt = z
  .object({
    ...{
      account_id: z.string(),
      from: z.string().nullable(),
      team: z.string().nullable(),
      invited_by: z.string().nullable(),
      role,
      expires_at: time,
    },
    /** Whether its letter went to another address than that of who is signed in. */
    is_for_another: z.boolean(),
    is_member: z.boolean(),
  })
  .openapi('InvitationLookedAt')

/** What a team is called; null where nobody named it. */
export const teamShown = z.object({ name: z.string().nullable() }).openapi('Team')

/** What to call a team from now on; null takes its name away. */
export const teamNaming = z
  .strictObject({ name: ownWords(TEAM_NAME_MAX).refine(isTeamName, { error: TEAM_NAME_EXPECTED }).nullable() })
  .openapi('TeamNaming')

/** A code of an invitation. */
export const invitationCodeInput = z.strictObject({ code: z.string('the code of an invitation').min(1).max(100) })
