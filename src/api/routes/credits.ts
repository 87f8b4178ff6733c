import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { askCredit } from '../../payments/index.ts'
import { readAmount, sourceKeyOf } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import { showTransferred } from '../balance.ts'
import {
  creditInput,
  creditShown,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  pendingRemembered,
  pendingShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { requireFreshProof } from '../operator-guard.ts'
import { rememberPending } from '../show-pending.ts'

/** Credits: money given to an account by hand. */
export function creditRoutes(
  app: OpenAPIHono<ApiEnv>,
  dependencies: Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects' | 'ids' | 'clock' | 'paymentSettings'>,
): void {
  const { appDatabase, ledger, subjects, ids, clock, paymentSettings } = dependencies
  app.openapi(createCreditRoute, async (c) => {
    const accountId = c.req.valid('param').id
    const { amount: text, reason, kind, currency } = c.req.valid('json')
    const amount = readAmount(text, currency)
    if (amount > paymentSettings.manual.secondPersonAbove) requireFreshProof(c)
    const request = await repeatableOf(c)
    const sourceKey = sourceKeyOf(request, ids)
    const credit = await answerOnce(appDatabase, request, {
      status: 201,
      schema: CREDITED,
      work: async (tx) => {
        await getAccount(tx, subjects, accountId)
        if (amount > paymentSettings.manual.secondPersonAbove) {
          const asked = { id: ids.uuid(), accountId, amount, kind, reason, by: c.get('operator'), now: clock.now() }
          return rememberPending(await askCredit(tx, subjects, asked))
        }
        // The books commit on their own, under the source key: if this transaction is lost, a repeated POST finds the same transfer.
        const { transferId } = await ledger.credit({ accountId, amount, kind, sourceKey, reason })
        return await showTransferred(ledger, accountId, transferId)
      },
    })
    return 'state' in credit ? c.json({ ...credit, reason }, 202) : c.json(credit, 201)
  })
}

/** A credit that was booked, or one that waits for a second person. */
const CREDITED = z.union([pendingRemembered, creditShown])

const createCreditRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/credits',
  summary: 'Give an account credit',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(creditInput) },
  responses: {
    201: json(creditShown, 'The transfer and the balance after it'),
    202: json(pendingShown, 'The amount needs a second person, and waits for one'),
    default: json(errorBody, 'What went wrong'),
  },
})
