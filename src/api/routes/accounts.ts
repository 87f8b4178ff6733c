import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import {
  type Account,
  type AccountTerms,
  changeAccount,
  createAccount,
  findAccounts,
  getAccount,
  listAccounts,
} from '../../accounts/index.ts'
import { findOwnersByHint } from '../../keys/index.ts'
import { formatMultiplier, MULTIPLIER_ONE, parseMultiplier, USAGE_RETENTION_DAYS_MAX } from '../../spec/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import { showBalance, showStanding } from '../balance.ts'
import {
  accountChange,
  accountInput,
  accountPage,
  accountQuery,
  accountRemembered,
  accountShown,
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readLimitsChange, showLimits } from '../limits.ts'
import { requireRight } from '../operator-doors.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'ledger' | 'subjects' | 'ids' | 'clock'>

/** Accounts: create, list, show, change. */
export function accountRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, subjects, ledger } = dependencies
  app.openapi(createAccountRoute, async (c) => {
    const { email } = c.req.valid('json')
    const made = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: accountRemembered,
      work: async (tx) => {
        const account = await createAccount(tx, subjects, { id: dependencies.ids.uuid(), email, now: dependencies.clock.now() })
        await ledger.openAccount(account.id)
        return remembered(account)
      },
    })
    const standing = { balance: await showBalance(ledger, made.id), ...(await showStanding(ledger, made.id)) }
    return c.json({ ...made, email, ...NEW_TERMS, ...standing, usage_retention_days: USAGE_RETENTION_DAYS_MAX }, 201)
  })
  app.openapi(listAccountsRoute, async (c) => {
    const { cursor, limit, find } = c.req.valid('query')
    if (find !== undefined) {
      const ids = await findOwnersByHint(appDatabase, find)
      const found = await findAccounts(appDatabase, subjects, { text: find, ids })
      return c.json({ data: await Promise.all(found.map((account) => showAccount(account, ledger))), next: null }, 200)
    }
    const { accounts, next } = await listAccounts(appDatabase, subjects, { cursor, limit })
    return c.json({ data: await Promise.all(accounts.map((account) => showAccount(account, ledger))), next: next ?? null }, 200)
  })
  app.openapi(getAccountRoute, async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    return c.json(await showAccount(account, ledger), 200)
  })
  app.openapi(changeAccountRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { status, limits, plan, price_multiplier, usage_retention_days } = c.req.valid('json')
    // What an account pays of the list price is money, though the rest of it is not.
    if (plan !== undefined || price_multiplier !== undefined) requireRight(c.get('role'), 'care', 'money')
    const priceMultiplier = price_multiplier === undefined ? undefined : parseMultiplier(price_multiplier)
    await changeAccount(appDatabase, id, {
      ...{ status, plan, priceMultiplier, usageRetentionDays: usage_retention_days },
      limits: limits === undefined ? undefined : readLimitsChange(limits),
    })
    return c.json(await showAccount(await getAccount(appDatabase, subjects, id), ledger), 200)
  })
  app.openapi(thawAccountRoute, async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.valid('param').id)
    await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: accountRemembered,
      work: async () => {
        await ledger.thaw(account.id)
        return remembered(account)
      },
    })
    return c.json(await showAccount(account, ledger), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const createAccountRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts',
  summary: 'Create an account',
  request: { headers: idempotencyHeader, body: jsonBody(accountInput) },
  responses: { 201: json(accountShown, 'The new account'), ...failures },
})

const listAccountsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts',
  summary: 'List accounts, newest first, or those that a text means: an e-mail, an id or its beginning, the end of a key',
  request: { query: accountQuery },
  responses: { 200: json(accountPage, 'A page of accounts'), ...failures },
})

const getAccountRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}',
  summary: 'Show an account with its balance',
  request: { params: idParameter },
  responses: { 200: json(accountShown, 'The account'), ...failures },
})

const changeAccountRoute = createRoute({
  method: 'patch',
  path: '/operator/v1/accounts/{id}',
  summary: "Change an account's status, limits, plan, multiplier or how long its calls are kept",
  request: { params: idParameter, body: jsonBody(accountChange) },
  responses: { 200: json(accountShown, 'The account as it is now'), ...failures },
})

const thawAccountRoute = createRoute({
  method: 'post',
  path: '/operator/v1/accounts/{id}/thaw',
  summary: 'Serve a frozen account again, when its books agree',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(accountShown, 'The account as it is now'), ...failures },
})

const remembered = (account: Account) => ({
  id: account.id,
  status: account.status,
  limits: showLimits(account.limits),
  created_at: account.createdAt.toISOString(),
})

const showTerms = (terms: AccountTerms) => ({
  plan: terms.planId ?? null,
  price_multiplier: formatMultiplier(terms.priceMultiplier),
})
const NEW_TERMS = showTerms({ planId: undefined, priceMultiplier: MULTIPLIER_ONE })

const showAccount = async (account: Account, ledger: ApiDependencies['ledger']) => ({
  ...remembered(account),
  ...showTerms(account.terms),
  usage_retention_days: account.usageRetentionDays,
  email: account.email ?? null,
  balance: await showBalance(ledger, account.id),
  ...(await showStanding(ledger, account.id)),
})
