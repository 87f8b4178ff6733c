import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import type { OperatorSession } from '../../operators/index.ts'
import {
  errorBody,
  idParameter,
  json,
  jsonBody,
  operatorAppOffered,
  operatorAppShown,
  operatorChanged,
  operatorCodesShown,
  operatorNewPasskey,
  operatorOthersEnded,
  operatorPasskeyRemoved,
  operatorPasskeysShown,
  operatorPasswordSet,
  passkeyOptions,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { requireOperatorSession } from '../operator-guard.ts'

type Dependencies = Pick<ApiDependencies, 'operators'>

/** What operators do with their own ways in: passkeys, a password with an authenticator app, recovery codes. */
export function operatorOwnWayRoutes(app: OpenAPIHono<ApiEnv>, { operators }: Dependencies): void {
  const { own } = operators
  const fresh = (c: Context<ApiEnv>) => requireFreshSession(c, operators)
  app.openapi(listRoute, async (c) => {
    const passkeys = await own.listPasskeys(await requireOperatorSession(c, operators))
    const data = passkeys.map(({ id, transports, createdAt, usedOn }) => ({
      ...{ id, transports: [...transports], created_at: createdAt.toISOString(), used_on: usedOn ?? null },
    }))
    return c.json({ data }, 200)
  })
  app.openapi(offerPasskeyRoute, async (c) => c.json(passkeyOptions.parse(await own.offerPasskey(await fresh(c))), 200))
  app.openapi(addPasskeyRoute, async (c) => c.json(codes(await own.addPasskey(await fresh(c), c.req.valid('json').passkey)), 201))
  app.openapi(removePasskeyRoute, async (c) => {
    const { id } = c.req.valid('param')
    await own.removePasskey(await fresh(c), id)
    return c.json({ id, removed: true as const }, 200)
  })
  app.openapi(offerAppRoute, async (c) => c.json({ ...(await own.offerApp(await fresh(c))) }, 201))
  app.openapi(changeAppRoute, async (c) => {
    await own.changeApp(await fresh(c), c.req.valid('json'))
    return c.json({ changed: true as const }, 200)
  })
  app.openapi(setPasswordRoute, async (c) => {
    const { password, ...app } = c.req.valid('json')
    return c.json(codes(await own.setPassword(await fresh(c), { password, app: 'setup' in app ? app : undefined })), 200)
  })
  app.openapi(dropPasswordRoute, async (c) => {
    await own.dropPassword(await fresh(c))
    return c.json({ changed: true as const }, 200)
  })
  app.openapi(renewCodesRoute, async (c) => c.json(codes(await own.renewCodes(await fresh(c))), 201))
  app.openapi(endOthersRoute, async (c) =>
    c.json({ ended: await operators.endOtherSessions(await requireOperatorSession(c, operators)) }, 200),
  )
}

const codes = (told: readonly string[]) => ({ recovery_codes: [...told] })

/** Whose browser it is, of who has shown lately who they are. Fails with origin_refused, signed_out, not_fresh. */
export async function requireFreshSession(c: Context<ApiEnv>, operators: Dependencies['operators']): Promise<OperatorSession> {
  const session = await requireOperatorSession(c, operators)
  return operators.isFresh(session) ? session : fail('not_fresh')
}

const failures = { default: json(errorBody, 'What went wrong') }
const base = '/operator/auth'
const changed = { 200: json(operatorChanged, 'It is so from now on; all other sessions have ended'), ...failures }
const told = json(operatorCodesShown, 'Recovery codes, told this once; none where there are some already')

const listRoute = createRoute({
  method: 'get',
  path: `${base}/passkeys`,
  summary: 'List the passkeys of this operator',
  responses: { 200: json(operatorPasskeysShown, 'The newest first'), ...failures },
})

const offerPasskeyRoute = createRoute({
  method: 'post',
  path: `${base}/passkeys/options`,
  summary: 'Begin to add a passkey',
  responses: { 200: json(passkeyOptions, 'What the browser is asked with'), ...failures },
})

const addPasskeyRoute = createRoute({
  method: 'post',
  path: `${base}/passkeys`,
  summary: 'Add a passkey; the answer of a browser is good for one',
  request: { body: jsonBody(operatorNewPasskey) },
  responses: { 201: told, ...failures },
})

const removePasskeyRoute = createRoute({
  method: 'delete',
  path: `${base}/passkeys/{id}`,
  summary: 'Take a passkey away, and end all other sessions; the last way in stays',
  request: { params: idParameter },
  responses: { 200: json(operatorPasskeyRemoved, 'It lets nobody in any more'), ...failures },
})

const offerAppRoute = createRoute({
  method: 'post',
  path: `${base}/totp`,
  summary: 'Begin to set up another authenticator app; the one there is counts until its first code is shown',
  responses: { 201: json(operatorAppOffered, 'What the app is set up with'), ...failures },
})

const changeAppRoute = createRoute({
  method: 'put',
  path: `${base}/totp`,
  summary: 'Put another authenticator app in the place of the one there is, by its first code',
  request: { body: jsonBody(operatorAppShown) },
  responses: changed,
})

const setPasswordRoute = createRoute({
  method: 'put',
  path: `${base}/password`,
  summary: 'Set or change the password; where there is no authenticator app yet, with the first code of one',
  request: { body: jsonBody(operatorPasswordSet) },
  responses: { 200: told, ...failures },
})

const dropPasswordRoute = createRoute({
  method: 'delete',
  path: `${base}/password`,
  summary: 'Take the password and its authenticator app away; the last way in stays',
  responses: changed,
})

const renewCodesRoute = createRoute({
  method: 'post',
  path: `${base}/recovery-codes`,
  summary: 'Replace the recovery codes',
  responses: { 201: told, ...failures },
})

const endOthersRoute = createRoute({
  method: 'delete',
  path: `${base}/sessions`,
  summary: 'End all other sessions of this operator',
  responses: { 200: json(operatorOthersEnded, 'How many there were'), ...failures },
})
