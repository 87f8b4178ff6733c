import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { recordAccess } from '../../audit/index.ts'
import type { Identity, RevokedFactors } from '../../identity/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  secondFactorRevocation,
  secondFactorsRevoked,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** All that the operators' interface does with who people are. */
export type RevokingFactors = { readonly identity: Pick<Identity, 'revokeSecondFactors' | 'tellSecondFactorsRevoked'> }

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock'> & RevokingFactors

/** Second factors of customers who are locked out by them: an operator sees how many went, and never one of them. */
export function secondFactorRevocationRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, identity, clock }: Dependencies): void {
  app.openapi(revokeRoute, async (c) => {
    const accountId = c.req.valid('param').id
    const { reason } = c.req.valid('json')
    let revoked: RevokedFactors | undefined
    const shown = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: secondFactorsRevoked,
      work: async (tx) => {
        revoked = await identity.revokeSecondFactors(tx, accountId)
        const { passkeys, apps, recoveryCodes, sessions, links } = revoked
        // The log of accesses is chained and kept, so that the reason stands where nobody takes it back.
        await recordAccess(tx, { actor: c.get('operator'), action: `second-factors.revoked.${reason}`, accountId, now: clock.now() })
        return {
          ...{ account_id: accountId, reason, passkeys, authenticator_apps: apps, recovery_codes: recoveryCodes },
          ...{ sessions_ended: sessions, linked_services: links },
        }
      },
    })
    if (revoked !== undefined) identity.tellSecondFactorsRevoked(accountId, revoked)
    return c.json(shown, 201)
  })
}

const revokeRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/second-factors/revocation',
  summary: 'Take away the passkeys, the authenticator app and the recovery codes of who opened an account, and end their sessions',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(secondFactorRevocation) },
  responses: {
    201: json(secondFactorsRevoked, 'What was taken away'),
    default: json(errorBody, 'What went wrong'),
  },
})
