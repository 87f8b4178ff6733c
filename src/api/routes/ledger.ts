import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { errorBody, json, ledgerVerdict } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** The books: whether they agree with themselves. */
export function ledgerRoutes(app: OpenAPIHono<ApiEnv>, { ledger }: Pick<ApiDependencies, 'ledger'>): void {
  app.openapi(verifyRoute, async (c) => {
    const { ok, checked, problems, frozen } = await ledger.verify()
    const shown = frozen.map(({ accountId, reason, at }) => ({ account: accountId, reason, at: at.toISOString() }))
    return c.json({ ok, checked: { ...checked }, problems: [...problems], frozen: shown }, 200)
  })
}

const verifyRoute = createRoute({
  method: 'get',
  path: '/operator/v1/ledger/verify',
  summary: 'Check that the journal sums to zero and that balances equal its replay',
  responses: { 200: json(ledgerVerdict, 'What was checked, and what does not hold'), default: json(errorBody, 'What went wrong') },
})
