import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { getAccount } from '../../accounts/index.ts'
import { recordAccess } from '../../audit/index.ts'
import { fail } from '../../failures.ts'
import { formatUsd } from '../../lib/index.ts'
import {
  isCreditable,
  listPayments,
  listProblems,
  lockProblem,
  type Payment,
  type PaymentProblem,
  readProblem,
  resolveProblem,
} from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  paymentList,
  paymentProblemList,
  paymentProblemQuery,
  paymentProblemRemembered,
  paymentProblemResolution,
  paymentProblemShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects' | 'keyring' | 'clock' | 'paymentSettings'>

const PROBLEMS_MAX = 500

/** Payments of an account, and the queue of what came and fits nothing. */
export function paymentRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, ledger, subjects, clock, paymentSettings } = dependencies
  app.openapi(listRoute, async (c) => {
    const { id } = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    return c.json({ data: (await listPayments(appDatabase, id)).map(showPayment) }, 200)
  })
  app.openapi(problemsRoute, async (c) => {
    const isAll = c.req.valid('query').all === 'true'
    return c.json({ data: (await listProblems(appDatabase, dependencies, { isAll, limit: PROBLEMS_MAX })).map(showProblem) }, 200)
  })
  app.openapi(resolveRoute, async (c) => {
    const id = c.req.valid('param').id
    const input = c.req.valid('json')
    const request = await repeatableOf(c)
    await answerOnce(appDatabase, request, {
      status: 200,
      schema: paymentProblemRemembered,
      work: async (tx) => {
        const problem = await lockProblem(tx, dependencies, id)
        if (problem.resolution !== undefined) fail('problem_resolved')
        const at = new Date(clock.now())
        if (input.resolution === 'dismissed') await resolveProblem(tx, id, { resolution: 'dismissed', at })
        else {
          if (!isCreditable(problem)) fail('problem_not_creditable', { code: problem.code })
          // The path names no account, so it is noted here whose balance is changed, on its own, as the books commit on their own.
          const [{ id: accountId }, action] = [await getAccount(tx, subjects, input.account_id), 'payment-problems.resolution.create']
          await recordAccess(appDatabase, { actor: c.get('operator'), action, accountId, now: clock.now() })
          // One problem is credited once, whoever resolves it at the same time: the source key is the problem's own.
          const amount = readAmount(input.amount, undefined)
          const limit = paymentSettings.manual.secondPersonAbove
          if (amount > limit) fail('second_person_needed', { limit: formatUsd(limit) })
          const credit = { accountId, amount, kind: 'manual', sourceKey: `problem:${id}`, reason: input.reason } as const
          const { transferId } = await ledger.credit(credit)
          await resolveProblem(tx, id, { resolution: 'credited', transferId, at })
        }
        return rememberProblem(await lockProblem(tx, dependencies, id))
      },
    })
    return c.json(showProblem(await readProblem(appDatabase, dependencies, id)), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/payments',
  summary: 'List what an account paid or began to pay, newest first',
  request: { params: idParameter },
  responses: { 200: json(paymentList, 'The last hundred'), ...failures },
})

const problemsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/payment-problems',
  summary: 'List money that came and fits nothing',
  request: { query: paymentProblemQuery },
  responses: { 200: json(paymentProblemList, 'The queue'), ...failures },
})

const resolveRoute = createRoute({
  method: 'post',
  path: '/operator/v1/payment-problems/{id}/resolution',
  summary: 'Credit such money to an account, or say that nothing is to be done',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(paymentProblemResolution) },
  responses: { 200: json(paymentProblemShown, 'The problem, resolved'), ...failures },
})

const showPayment = (payment: Payment) => ({
  id: payment.id,
  account_id: payment.accountId,
  rail: payment.rail,
  purpose: payment.purpose.kind,
  amount: formatUsd(payment.amount),
  state: payment.state,
  outcome: payment.outcome ?? null,
  transfer_id: payment.transferId ?? null,
  created_at: payment.createdAt.toISOString(),
  expires_at: payment.expiresAt?.toISOString() ?? null,
})

const rememberProblem = (problem: PaymentProblem) => ({
  id: problem.id,
  rail: problem.rail,
  code: problem.code,
  account_id: problem.accountId ?? null,
  amount: problem.amount === undefined ? null : formatUsd(problem.amount),
  created_at: problem.createdAt.toISOString(),
  resolved_at: problem.resolvedAt?.toISOString() ?? null,
  resolution: problem.resolution ?? null,
})

const showProblem = (problem: PaymentProblem) => ({
  ...rememberProblem(problem),
  ref: problem.ref,
  is_creditable: isCreditable(problem),
})
