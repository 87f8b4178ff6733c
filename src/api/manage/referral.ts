import { createRoute } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import { alertOf, noteReferral, referralCodeOf, setAlert } from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce } from '../answer-once.ts'
import {
  alertInput,
  alertShown,
  idempotencyHeader,
  json,
  jsonBody,
  managed,
  managedError,
  referralInput,
  referralNoted,
  referralShown,
  tell,
} from '../contract/index.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'
import { percentText } from './percent-text.ts'

/** The own rules of an account: by what code it brings others, who brought it, and when it is told of a low balance. */
export function referralRoutes(app: ManageApp, { appDatabase, clock, randomBytes, paymentSettings }: ManageDependencies): void {
  const { referral, lowBalance } = paymentSettings.rules
  app.openapi(codeRoute, async (c) => {
    const code = await referralCodeOf(appDatabase, accountOf(c), randomBytes(16))
    return c.json(tell({ code, percent: referral === undefined ? null : percentText(referral.percent) }), 200)
  })
  app.openapi(noteRoute, async (c) => {
    const input = { accountId: accountOf(c), code: c.req.valid('json').code, now: clock.now() }
    const noted = await answerOnce(appDatabase, await repeatOf(c), {
      status: 200,
      schema: referralNoted,
      work: async (tx) => {
        await noteReferral(tx, input)
        return { accepted: true as const }
      },
    })
    return c.json(tell(noted), 200)
  })
  const alert = async (accountId: string) => {
    const { threshold, isLow } = await alertOf(appDatabase, accountId)
    const shown = threshold ?? lowBalance
    return { threshold: shown === undefined ? null : formatUsd(shown), isOwn: threshold !== undefined, isLow }
  }
  app.openapi(alertRoute, async (c) => c.json(tell(await alert(accountOf(c))), 200))
  app.openapi(setAlertRoute, async (c) => {
    const { threshold } = c.req.valid('json')
    await setAlert(appDatabase, accountOf(c), threshold === null ? undefined : readAmount(threshold, undefined))
    return c.json(tell(await alert(accountOf(c))), 200)
  })
}

const failures = { default: json(managedError, 'What went wrong') }

const codeRoute = createRoute({
  method: 'get',
  path: '/api/billing/referral',
  summary: 'Show the code by which the account brings others',
  responses: { 200: json(managed(referralShown), 'The code, and the share of their payments that it brings'), ...failures },
})

const noteRoute = createRoute({
  method: 'post',
  path: '/api/billing/referral',
  summary: 'Say who brought the account, before its first payment',
  request: { headers: idempotencyHeader, body: jsonBody(referralInput) },
  responses: { 200: json(managed(referralNoted), 'It is noted'), ...failures },
})

const alertRoute = createRoute({
  method: 'get',
  path: '/api/billing/alerts',
  summary: 'Show below what the account is told that its balance is low',
  responses: { 200: json(managed(alertShown), 'The amount; null where nothing is told'), ...failures },
})

const setAlertRoute = createRoute({
  method: 'put',
  path: '/api/billing/alerts',
  summary: 'Set below what the account is told that its balance is low; null for what the house says',
  request: { body: jsonBody(alertInput) },
  responses: { 200: json(managed(alertShown), 'The amount as it is now'), ...failures },
})
