import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { formatUsd, type NanoUsd } from '../../lib/index.ts'
import { notePromo, type PaymentPurpose, requirePromo } from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerAgain } from '../answer-again.ts'
import { showBalance } from '../balance.ts'
import {
  checkoutInput,
  checkoutShown,
  idempotencyHeader,
  json,
  jsonBody,
  managed,
  managedError,
  tell,
  topupInput,
  verifyTopupInput,
  verifyTopupShown,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import type { CheckoutRail, CheckoutStep, ManagePorts, PaymentAddress } from '../ports/index.ts'
import { visitorOf } from '../visitor.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'
import { requireCardPerson } from './require-card-person.ts'

/** Paying from outside: for a plan, for balance, and telling of a transaction. */
export function checkoutRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, ledger, ids, clock, manage, paymentSettings, abuse } = dependencies
  const again = { database, newId: () => ids.uuid() }
  /** A card is kept for whoever may leave one at its own page, and of no other way to pay. */
  const requireKept = async (c: Context<CustomerEnv>, { method, savesCard }: Keeping): Promise<void> => {
    if (!savesCard) return
    if (ALIASES[method] !== 'stripe') fail('invalid_field', { field: 'savesCard', expected: 'false, as this way to pay has no card' })
    await requireCardPerson(c, dependencies)
  }
  app.openapi(checkoutRoute, async (c) => {
    const { planSlug, method, savesCard } = c.req.valid('json')
    const rail = railOf(manage, method)
    await requireKept(c, { method, savesCard })
    const plan = (await (manage.plans ?? fail('not_offered', { what: 'Plans' })).list()).find(({ slug }) => slug === planSlug)
    if (plan === undefined || plan.price === 0n) return fail('plan_unknown')
    const order = { accountId: accountOf(c), amount: plan.price, purpose: { kind: 'plan', planId: planSlug } as PaymentPurpose, savesCard }
    const step = await answerAgain(again, await repeatOf(c), {
      schema: checkoutShown,
      work: async (orderId) => {
        await abuse.velocity.countTopup(order.accountId, visitorOf(c))
        return showStep(await rail.begin({ ...order, orderId }), { orderId, amount: plan.price })
      },
    })
    return c.json(tell(step), 201)
  })
  app.openapi(topupRoute, async (c) => {
    const { amount: text, method, promoCode, savesCard } = c.req.valid('json')
    const rail = railOf(manage, method)
    await requireKept(c, { method, savesCard })
    const [accountId, amount] = [accountOf(c), readAmount(text, undefined)]
    requireWithin(amount, paymentSettings.rules)
    const code =
      promoCode === undefined
        ? undefined
        : await requirePromo(database, paymentSettings.rules, { accountId, code: promoCode, amount, now: clock.now() })
    const order = { accountId, amount, purpose: { kind: 'topup' } as const, savesCard }
    const step = await answerAgain(again, await repeatOf(c), {
      schema: checkoutShown,
      work: async (orderId) => {
        await abuse.velocity.countTopup(accountId, visitorOf(c))
        const step = await rail.begin({ ...order, orderId })
        // Nobody has the address of a page before this is noted.
        const paymentId = (step.kind === 'page' ? step.paymentId : undefined) ?? orderId
        if (code !== undefined) await notePromo(database, { paymentId, accountId, code, now: clock.now() })
        return showStep(step, { orderId, amount })
      },
    })
    return c.json(tell(step), 201)
  })
  app.openapi(verifyRoute, async (c) => {
    const { txHash, amount: text } = c.req.valid('json')
    const verify = railOf(manage, 'usdc').verify ?? fail('not_offered', { what: 'Transactions by their hash' })
    const accountId = accountOf(c)
    // Found is found: a transaction is credited once, so whoever repeats this gets the same answer.
    const { credited } = await verify({ accountId, txHash, amount: readAmount(text, undefined) })
    const { available } = await showBalance(ledger, accountId)
    return c.json(tell({ credited: formatUsd(credited), balance: available }), 200)
  })
}

type Keeping = { readonly method: keyof typeof ALIASES; readonly savesCard: boolean }

const ALIASES = { stripe: 'stripe', stripe_direct: 'stripe', usdc: 'usdc', btcpay: 'btcpay' } as const

/** The way to pay that a caller names. Fails with rail_not_offered. */
function railOf({ rails }: Pick<ManagePorts, 'rails'>, method: keyof typeof ALIASES): CheckoutRail {
  const offered = Object.keys(rails)
  return (
    rails[ALIASES[method]] ?? fail('rail_not_offered', { field: 'method', offered: offered.length === 0 ? 'none' : offered.join(', ') })
  )
}

type Bounds = { readonly minimumTopup: NanoUsd; readonly maximumTopup: NanoUsd }

function requireWithin(amount: NanoUsd, { minimumTopup, maximumTopup }: Bounds): void {
  if (amount < minimumTopup) fail('topup_below_minimum', { field: 'amount', minimum: formatUsd(minimumTopup) })
  if (amount > maximumTopup) fail('topup_above_maximum', { field: 'amount', maximum: formatUsd(maximumTopup) })
}

function showStep(step: CheckoutStep, { orderId, amount }: { readonly orderId: string; readonly amount: NanoUsd }) {
  if (step.kind === 'page') return { paymentId: step.paymentId ?? orderId, sessionUrl: step.url, sessionId: step.sessionId }
  const { paymentId } = step
  const shown = { ...showAddress(step), amount: formatUsd(amount) }
  return paymentId === undefined ? shown : { ...shown, paymentId }
}

/** Where to pay, and what to beware of. */
export const showAddress = ({ address, chain, token, tokenSymbol, uri, warnings, warningCodes }: Omit<PaymentAddress, 'kind'>) => ({
  ...{ address, chain, token, tokenSymbol, uri },
  ...{ warnings: [...warnings], warningCodes: warningCodes.map(({ code, values }) => ({ code, values: { ...values } })) },
})

const failures = { default: json(managedError, 'What went wrong') }

const checkoutRoute = createRoute({
  method: 'post',
  path: '/api/billing/checkout',
  summary: 'Begin to pay for a plan from outside',
  request: { headers: idempotencyHeader, body: jsonBody(checkoutInput) },
  responses: { 201: json(managed(checkoutShown), 'Where to go on'), ...failures },
})

const topupRoute = createRoute({
  method: 'post',
  path: '/api/billing/topup',
  summary: 'Begin to pay for balance from outside',
  request: { headers: idempotencyHeader, body: jsonBody(topupInput) },
  responses: { 201: json(managed(checkoutShown), 'Where to go on'), ...failures },
})

const verifyRoute = createRoute({
  method: 'post',
  path: '/api/billing/verify-topup',
  summary: 'Have money credited that was sent on a chain, by the hash of its transaction',
  request: { headers: idempotencyHeader, body: jsonBody(verifyTopupInput) },
  responses: { 200: json(managed(verifyTopupShown), 'What was credited, and the balance with it'), ...failures },
})
