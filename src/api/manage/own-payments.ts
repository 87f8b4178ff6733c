import { createRoute, z } from '@hono/zod-openapi'
import { FailureError, fail } from '../../failures.ts'
import { formatUsd } from '../../lib/index.ts'
import {
  askBack,
  findPayment,
  lastWishesOf,
  listPayments,
  listReturnables,
  mostOf,
  type Payment,
  type RefundWish,
  type ReturnablePayment,
  reasonOf,
  requireReturnable,
  type WishParts,
} from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce } from '../answer-once.ts'
import {
  askBackInput,
  askedBackRemembered,
  askedBackShown,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  ownPaymentShown,
  tell,
} from '../contract/index.ts'
import { carryOnNow, wishPartsOf } from '../refund-ways.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'
import { requireProvenPerson } from './proven-person.ts'

/** What the account paid, and asking some of it back. */
export function ownPaymentRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase } = dependencies
  const parts = wishPartsOf(dependencies)
  app.openapi(paymentsRoute, async (c) => c.json(tell(await showPayments(dependencies, parts, accountOf(c))), 200))
  app.openapi(askBackRoute, async (c) => {
    const [accountId, paymentId, { amount: text }] = [accountOf(c), c.req.valid('param').id, c.req.valid('json')]
    if ((await findPayment(appDatabase, paymentId))?.accountId !== accountId) fail('payment_unknown')
    await requireProvenPerson(c, dependencies)
    const amount = text === undefined ? undefined : readAmount(text, undefined)
    const asked = await answerOnce(appDatabase, await repeatOf(c), {
      status: 201,
      schema: askedBackRemembered,
      work: async (tx) => {
        const made = await askBack(parts, tx, { accountId, paymentId, amount })
        return { ...made, paymentId, amount: formatUsd(made.amount), askedAt: made.askedAt.toISOString() }
      },
    })
    if (asked.kind === 'wish') return c.json(tell({ ...asked, state: 'open' as const, outcome: null }), 201)
    const far = await carryOnNow(dependencies, { paymentId, id: asked.id })
    return c.json(tell({ ...asked, state: far?.state ?? ('asked' as const), outcome: far?.outcome ?? null }), 201)
  })
}

async function showPayments({ appDatabase: database, ledger }: ManageDependencies, parts: WishParts, accountId: string) {
  const payments = await listPayments(database, accountId)
  const ids = payments.map(({ id }) => id)
  const [returnables, wishes, { frozen }] = await Promise.all([
    listReturnables(database, ids),
    lastWishesOf(database, accountId),
    ledger.standingOf(accountId),
  ])
  const isByRule = parts.policy.kind === 'days' && frozen === undefined
  const show = async (payment: Payment): Promise<z.output<typeof ownPaymentShown>> => {
    const [returnable, wish] = [returnables.get(payment.id), wishes.get(payment.id)]
    const isReturnable = returnable !== undefined && mayBeAsked(parts, returnable)
    return {
      ...showOwnPayment(payment),
      returned: formatUsd(returnable === undefined ? 0n : returnable.amount - returnable.left),
      returnable: isReturnable ? { amount: formatUsd(mostOf(returnable)), decidedBy: isByRule ? 'rule' : 'person' } : null,
      askedBack: wish === undefined ? null : await showWish(parts, wish),
    }
  }
  return await Promise.all(payments.map(show))
}

/** Whether some of a payment can be asked back now. */
function mayBeAsked(parts: WishParts, payment: ReturnablePayment): boolean {
  try {
    requireReturnable(parts, payment)
    return true
  } catch (thrown) {
    if (thrown instanceof FailureError) return false
    throw thrown
  }
}

const showOwnPayment = (payment: Payment) => ({
  ...{ id: payment.id, method: payment.rail, purpose: payment.purpose.kind, amount: formatUsd(payment.amount), state: payment.state },
  ...{ outcome: payment.outcome ?? null, createdAt: payment.createdAt.toISOString(), expiresAt: payment.expiresAt?.toISOString() ?? null },
})

const showWish = async (parts: WishParts, wish: RefundWish) => ({
  ...{ amount: formatUsd(wish.amount), askedAt: wish.askedAt.toISOString(), state: wish.state },
  ...{ decidedAt: wish.decidedAt?.toISOString() ?? null, reason: (await reasonOf(parts, wish)) ?? null },
})

const failures = { default: json(managedError, 'What went wrong') }

const paymentsRoute = createRoute({
  method: 'get',
  path: '/api/billing/payments',
  summary: 'List what the account paid or began to pay, newest first, with what of it can be asked back and was',
  responses: { 200: json(managed(z.array(ownPaymentShown)), 'The last hundred'), ...failures },
})

const askBackRoute = createRoute({
  method: 'post',
  path: '/api/billing/payments/{id}/refund',
  summary:
    'Ask money of a payment back: signed in, with a new proof that it is you; by a rule of days it goes at once, else a person decides',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(askBackInput) },
  responses: { 201: json(managed(askedBackShown), 'The refund or the wish, and how far it is'), ...failures },
})
