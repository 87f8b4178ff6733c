import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { formatUsd } from '../../lib/index.ts'
import type { ShownAutoTopUp, ShownCardRenewals, StripeRail } from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import {
  autoTopUpInput,
  autoTopUpShown,
  cardPageShown,
  cardRenewalsInput,
  cardRenewalsShown,
  json,
  jsonBody,
  managed,
  managedError,
  ownCardShown,
  tell,
} from '../contract/index.ts'
import type { CustomerEnv } from '../customer-guard.ts'
import { visitorOf } from '../visitor.ts'
import { accountOf, type ManageApp, type ManageDependencies } from './manage-env.ts'
import { requireCardPerson } from './require-card-person.ts'

/** Saved cards of the account, which stay at their processor, and topping up with them by itself. */
export function cardRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { abuse, manage, stripe } = dependencies
  const railOf = (): StripeRail => stripe ?? fail('rail_not_offered', { offered: Object.keys(manage.rails).join(', ') || 'none' })
  /** A page is opened anew each time and never remembered: whoever has its address is let in there. */
  const openPage = async (c: Context<CustomerEnv>, open: (rail: StripeRail, accountId: string) => Promise<string>) => {
    const rail = railOf()
    await requireCardPerson(c, dependencies)
    await abuse.velocity.countTopup(accountOf(c), visitorOf(c))
    return { url: await open(rail, accountOf(c)) }
  }
  const show = async (rail: StripeRail, accountId: string) => showAutoTopUp(await rail.readAutoTopUp(accountId))
  app.openapi(cardsRoute, async (c) => {
    const cards = await railOf().cards(accountOf(c))
    return c.json(tell(cards.map(({ brand, last4, expires }) => ({ brand, last4, expires: expires ?? null }))), 200)
  })
  app.openapi(cardPageRoute, async (c) => {
    return c.json(tell(await openPage(c, async (rail, accountId) => (await rail.cardPage(accountId)).sessionUrl)), 201)
  })
  app.openapi(portalRoute, async (c) => c.json(tell(await openPage(c, (rail, accountId) => rail.portal(accountId))), 201))
  app.openapi(readRoute, async (c) => c.json(tell(await show(railOf(), accountOf(c))), 200))
  app.openapi(setRoute, async (c) => {
    const [rail, accountId] = [railOf(), accountOf(c)]
    await requireCardPerson(c, dependencies)
    const { threshold, amount, dailyMaximum } = c.req.valid('json')
    const [below, by, most] = [threshold, amount, dailyMaximum].map((text) => readAmount(text, undefined))
    await rail.setAutoTopUp(accountId, { threshold: below ?? 0n, amount: by ?? 0n, dailyMaximum: most ?? 0n })
    return c.json(tell(await show(rail, accountId)), 200)
  })
  app.openapi(stopRoute, async (c) => {
    const [rail, accountId] = [railOf(), accountOf(c)]
    await rail.stopAutoTopUp(accountId)
    return c.json(tell(await show(rail, accountId)), 200)
  })
  app.openapi(readRenewalsRoute, async (c) => {
    return c.json(tell(showCardRenewals(await railOf().readCardRenewals(accountOf(c)))), 200)
  })
  app.openapi(setRenewalsRoute, async (c) => {
    const [rail, accountId] = [railOf(), accountOf(c)]
    await requireCardPerson(c, dependencies)
    await rail.setCardRenewals(accountId, { dailyMaximum: readAmount(c.req.valid('json').dailyMaximum, undefined) })
    return c.json(tell(showCardRenewals(await rail.readCardRenewals(accountId))), 200)
  })
  app.openapi(stopRenewalsRoute, async (c) => {
    const [rail, accountId] = [railOf(), accountOf(c)]
    await rail.stopCardRenewals(accountId)
    return c.json(tell(showCardRenewals(await rail.readCardRenewals(accountId))), 200)
  })
}

function showAutoTopUp(shown: ShownAutoTopUp | undefined): z.output<typeof autoTopUpShown> {
  if (shown === undefined) return { state: 'never', threshold: null, amount: null, dailyMaximum: null, chargedToday: '0.00', outcome: null }
  const { threshold, amount, dailyMaximum, state, outcome, chargedToday } = shown
  return {
    ...{ state, threshold: formatUsd(threshold), amount: formatUsd(amount), dailyMaximum: formatUsd(dailyMaximum) },
    ...{ chargedToday: formatUsd(chargedToday), outcome: outcome ?? null },
  }
}

function showCardRenewals(shown: ShownCardRenewals | undefined): z.output<typeof cardRenewalsShown> {
  if (shown === undefined) return { state: 'never', dailyMaximum: null, chargedToday: '0.00', outcome: null }
  const { dailyMaximum, state, outcome, chargedToday } = shown
  return { state, dailyMaximum: formatUsd(dailyMaximum), chargedToday: formatUsd(chargedToday), outcome: outcome ?? null }
}

const failures = { default: json(managedError, 'What went wrong') }
const page = json(managed(cardPageShown), 'Where to go on, for a short time')
const topUp = json(managed(autoTopUpShown), 'How the account tops itself up')
const renewals = json(managed(cardRenewalsShown), 'How the saved card pays renewals')

const cardsRoute = createRoute({
  method: 'get',
  path: '/api/billing/cards',
  summary: 'List the saved cards, the one that is charged first; they are kept by their processor alone',
  responses: { 200: json(managed(z.array(ownCardShown)), 'The cards'), ...failures },
})

const cardPageRoute = createRoute({
  method: 'post',
  path: '/api/billing/cards/page',
  summary: 'Open a page of the processor where a card is left for later: signed in, with a new proof that it is you',
  responses: { 201: page, ...failures },
})

const portalRoute = createRoute({
  method: 'post',
  path: '/api/billing/portal',
  summary: 'Open a page of the processor where cards are removed and receipts are: signed in, with a new proof that it is you',
  responses: { 201: page, ...failures },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/billing/auto-top-up',
  summary: 'Show how the account tops itself up with its saved card',
  responses: { 200: topUp, ...failures },
})

const setRoute = createRoute({
  method: 'put',
  path: '/api/billing/auto-top-up',
  summary: 'Have the account top itself up with its saved card: signed in, with a new proof that it is you',
  request: { body: jsonBody(autoTopUpInput) },
  responses: { 200: topUp, ...failures },
})

const stopRoute = createRoute({
  method: 'delete',
  path: '/api/billing/auto-top-up',
  summary: 'Have the account top itself up no more; a charge that is under way is still carried out',
  responses: { 200: topUp, ...failures },
})

const readRenewalsRoute = createRoute({
  method: 'get',
  path: '/api/billing/card-renewals',
  summary: 'Show whether the saved card pays what the balance lacks of renewals',
  responses: { 200: renewals, ...failures },
})

const setRenewalsRoute = createRoute({
  method: 'put',
  path: '/api/billing/card-renewals',
  summary:
    'Have the saved card pay what the balance lacks of renewals, also of one that is due: signed in, with a new proof that it is you',
  request: { body: jsonBody(cardRenewalsInput) },
  responses: { 200: renewals, ...failures },
})

const stopRenewalsRoute = createRoute({
  method: 'delete',
  path: '/api/billing/card-renewals',
  summary: 'Have the saved card pay no more renewals; a charge that is under way is still carried out',
  responses: { 200: renewals, ...failures },
})
