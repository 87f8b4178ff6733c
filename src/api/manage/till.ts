import { createRoute, z } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import type { DepositProgress } from '../../payments/index.ts'
import { json, managed, managedError, ownDepositShown, tell, topupOptionsShown } from '../contract/index.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'
import { percentText } from './percent-text.ts'

/** What a page of paying shows: the ways there are and their bounds, and money that is on its way. */
export function tillRoutes(app: ManageApp, { manage, paymentSettings, usdc }: ManageDependencies): void {
  app.openapi(optionsRoute, async (c) => {
    const { rules } = paymentSettings
    const bonus = rules.bonus.map(({ from, percent }) => ({ from: formatUsd(from), percent: percentText(percent) }))
    return c.json(
      tell({
        methods: Object.keys(manage.rails).sort(),
        minimum: formatUsd(rules.minimumTopup),
        maximum: formatUsd(rules.maximumTopup),
        bonus,
        takesPromoCodes: rules.promoCodes.length > 0,
        refunds: { kind: rules.refunds.kind, days: 'days' in rules.refunds ? rules.refunds.days : null },
      }),
      200,
    )
  })
  app.openapi(depositsRoute, async (c) => {
    return c.json(tell(((await usdc?.progress(accountOf(c))) ?? []).map(showDeposit)), 200)
  })
}

const failures = { default: json(managedError, 'What went wrong') }

const optionsRoute = createRoute({
  method: 'get',
  path: '/api/billing/options',
  summary: 'Show the ways to pay, their bounds, and what comes with a payment',
  responses: { 200: json(managed(topupOptionsShown), 'The ways to pay'), ...failures },
})

const depositsRoute = createRoute({
  method: 'get',
  path: '/api/billing/deposits',
  summary: 'List what came to the address of the account on a chain, newest first, with its confirmations until it is final',
  responses: { 200: json(managed(z.array(ownDepositShown)), 'The newest deposits'), ...failures },
})

const showDeposit = (deposit: DepositProgress) => ({
  ...{ chainId: deposit.chainId, txHash: deposit.txHash ?? null, amount: deposit.amount === undefined ? null : formatUsd(deposit.amount) },
  ...{ state: deposit.state, problem: deposit.problem ?? null, confirmations: deposit.confirmations ?? null },
  seenAt: deposit.seenAt.toISOString(),
})
