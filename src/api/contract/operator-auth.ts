import { z } from '@hono/zod-openapi'
import { OPERATOR_ROLES, OPERATOR_WAYS } from '../../operators/index.ts'
import { time } from './fields.ts'

const operatorToken = z.string('an operator token').min(1).max(512)

/** What an operator signs in with. */
export const operatorSignIn = z.strictObject({ token: operatorToken }).openapi('OperatorSignIn')

/** What proves anew who is signed in. */
export const operatorProof = z.strictObject({ token: operatorToken }).openapi('OperatorProof')

/** Who asks at the operator listener: a session of the token of the configuration is called "operator-token". */
export const operatorMe = z
  .object({
    name: z.string(),
    role: z.enum(OPERATOR_ROLES),
    /** How this operator can sign in. */
    ways: z.array(z.enum(OPERATOR_WAYS)),
    /** Whether dangerous acts need no new proof now, and until when. */
    fresh: z.boolean(),
    fresh_until: time.nullable(),
  })
  .openapi('OperatorMe')

/** A sign-out that is done. */
export const operatorSignedOut = z.object({ signed_in: z.literal(false) })

/** Where an operator is signed in. */
export const operatorSessions = z.object({
  data: z.array(z.object({ id: z.string(), way: z.string(), browser: z.string(), is_this: z.boolean(), created_at: time, seen_at: time })),
})

/** A session that was ended. */
export const operatorSessionEnded = z.object({ id: z.string(), ended: z.literal(true) })
