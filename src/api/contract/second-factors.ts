import { z } from '@hono/zod-openapi'
import { SECOND_FACTOR_REASONS } from '../../spec/index.ts'

const reason = z.enum(SECOND_FACTOR_REASONS, `one of ${SECOND_FACTOR_REASONS.join(', ')}`)

/** Why a customer's second factors are taken away. */
export const secondFactorRevocation = z.strictObject({ reason }).openapi('NewSecondFactorRevocation')

/** What was taken away, how many sessions ended, and how many other services are still linked. */
export const secondFactorsRevoked = z
  .object({
    ...{ account_id: z.string(), reason, passkeys: z.int(), authenticator_apps: z.int(), recovery_codes: z.int() },
    ...{ sessions_ended: z.int(), linked_services: z.int() },
  })
  .openapi('SecondFactorRevocation')
