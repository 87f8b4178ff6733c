import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Database } from '../../db/index.ts'
import { errorCode } from '../../lib/index.ts'
import { invitationTokenOf, inviteAgain, inviteOperator, type NamedOperator, withdrawOperatorInvitation } from '../../operators/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  invitationInput,
  invitationMade,
  json,
  jsonBody,
  operatorShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { mintingOf } from '../minting.ts'
import { showOperator } from '../show-operator.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'operators' | 'keyring' | 'ids' | 'clock' | 'log' | 'randomBytes'>

/** Invitations: a name and a role for a person, or for one who lost what they sign in with. For owners alone. */
export function operatorInvitationRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, operators, ids } = dependencies
  const invite = async (c: Context<ApiEnv>, work: (tx: Database, token: string) => Promise<NamedOperator>) => {
    const request = await repeatableOf(c)
    const token = invitationTokenOf(mintingOf(request, dependencies, 'operator-invitation-mint'))
    let isNew = false
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: operatorShown,
      work: async (tx) => {
        const shown = showOperator(await work(tx, token))
        isNew = true
        return shown
      },
    })
    const link = `${operators.url}/join#token=${token}`
    if (isNew) await mail(dependencies, made.name, link)
    return { ...made, link }
  }
  app.openapi(inviteRoute, async (c) => {
    const { name, role, email } = c.req.valid('json')
    return c.json(await invite(c, (tx, token) => inviteOperator(tx, dependencies, { id: ids.uuid(), name, role, email, token })), 201)
  })
  app.openapi(inviteAgainRoute, async (c) => {
    const { id: name } = c.req.valid('param')
    return c.json(await invite(c, (tx, token) => inviteAgain(tx, dependencies, { name, token })), 201)
  })
  app.openapi(withdrawRoute, async (c) => {
    const { id: name } = c.req.valid('param')
    return c.json(showOperator(await appDatabase.transaction((tx) => withdrawOperatorInvitation(tx, name))), 200)
  })
}

/** The link is in the answer too, so that mail which cannot be sent is no reason to fail. */
async function mail({ operators, log }: Dependencies, name: string, link: string): Promise<void> {
  try {
    await operators.mailInvitation(name, link)
  } catch (thrown) {
    log({ event: 'letter-failed', code: errorCode(thrown) })
  }
}

const failures = { default: json(errorBody, 'What went wrong') }
const made = { 201: json(invitationMade, 'The operator, with the link in this answer and nowhere else'), ...failures }

const inviteRoute = createRoute({
  method: 'post',
  path: '/operator/v1/operators/invitations',
  summary: 'Invite a person; the link works once, for 72 hours. For owners alone',
  request: { headers: idempotencyHeader, body: jsonBody(invitationInput) },
  responses: made,
})

const inviteAgainRoute = createRoute({
  method: 'post',
  path: '/operator/v1/operators/{id}/invitation',
  summary: 'Invite an operator anew: what they sign in with as a person ends at once. For owners alone',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: made,
})

const withdrawRoute = createRoute({
  method: 'delete',
  path: '/operator/v1/operators/{id}/invitation',
  summary: 'Take an invitation back that nobody used; the name can be invited again. For owners alone',
  request: { params: idParameter },
  responses: { 200: json(operatorShown, 'The operator'), ...failures },
})
