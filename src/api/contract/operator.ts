import { z } from '@hono/zod-openapi'
import { OPERATOR_NAME, OPERATOR_ROLES, OPERATOR_WAYS } from '../../operators/index.ts'
import { time } from './fields.ts'

const NAME_EXPECTED = 'lower-case letters, digits, dots, dashes and underscores, at most 40, a letter first'

const name = z.string(NAME_EXPECTED).regex(OPERATOR_NAME, NAME_EXPECTED)
const role = z.enum(OPERATOR_ROLES)

/** An operator who gets a token of their own; without a role it opens everything that is not the owner's alone. */
export const operatorInput = z.strictObject({ name, role: role.default('manager') }).openapi('NewOperator')

/** A person who is to be an operator; the e-mail is for their invitations. */
export const invitationInput = z
  .strictObject({ name, role, email: z.string('one e-mail address such as name@example.com').min(3).max(254).optional() })
  .openapi('NewOperatorInvitation')

/** Another role. */
export const operatorChange = z.strictObject({ role }).openapi('OperatorChange')

/** An operator by name: what they may do, how they can sign in, and when they ended. */
export const operatorShown = z
  .object({
    name: z.string(),
    role,
    ways: z.array(z.enum(OPERATOR_WAYS)),
    invited_until: time.nullable(),
    created_at: time,
    revoked_at: time.nullable(),
  })
  .openapi('Operator')

/** A new operator: the only answer that ever holds their token. */
export const operatorMade = operatorShown.extend({ secret: z.string() }).openapi('MadeOperator')

/** Somebody who was invited: the only answer that ever holds the link. */
export const invitationMade = operatorShown.extend({ link: z.string() }).openapi('OperatorInvitation')

/** All operators. */
export const operatorList = z.object({ data: z.array(operatorShown) })

/** How many sessions were ended. */
export const operatorSessionsEnded = z.object({ ended: z.int() })
