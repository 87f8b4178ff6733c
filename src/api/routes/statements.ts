import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context, Hono } from 'hono'
import { accepts } from 'hono/accepts'
import { getAccount } from '../../accounts/index.ts'
import { CSV_TYPE, readStatement, showStatement, statementCsv } from '../../statements/index.ts'
import { errorBody, json, statementParameters, statementQuery, statementShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { houseNameOf } from '../house-name.ts'
import { PAGE_POLICY, readLanguage, statementPage } from '../statement-page/index.ts'
import { identifyAccount } from './own.ts'

/** Statements of any account, for the operator: as JSON, CSV or a page. */
export function statementRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'clock'>): void {
  const { appDatabase, subjects } = dependencies
  app.openAPIRegistry.registerPath(statementRoute)
  app.get('/operator/v1/accounts/:id/statements/:month', async (c) => {
    const account = await getAccount(appDatabase, subjects, c.req.param('id'))
    return await answerStatement(c, dependencies, account.id)
  })
}

/** The caller's own statements. */
export function ownStatementRoutes(app: Hono<ApiEnv>, dependencies: Answering & Pick<ApiDependencies, 'site' | 'manage'>): void {
  app.get('/v1/statements/:month', async (c) => {
    const { accountId } = await identifyAccount(c, dependencies)
    return await answerStatement(c, dependencies, accountId)
  })
}

const FORMS = { json: 'application/json', csv: 'text/csv', html: 'text/html' } as const

/** A page of it has the name of the house, where the site's settings are at hand. */
type Answering = Pick<ApiDependencies, 'appDatabase' | 'subjects' | 'clock'> & Partial<Pick<ApiDependencies, 'site'>>

/** A statement of an account in the form that is asked for. Fails with invalid_field (month). */
export async function answerStatement(
  c: Context<ApiEnv>,
  { appDatabase, subjects, clock, site }: Answering,
  accountId: string,
): Promise<Response> {
  const [, month = '', form] = /^(.*?)(?:\.(json|csv|html))?$/s.exec(c.req.param('month') ?? '') ?? []
  const language = readLanguage(c.req.query('lang'), c.req.header('accept-language'))
  const statement = showStatement(await readStatement(appDatabase, subjects, { accountId, month, now: clock.now() }))
  c.header('vary', 'accept, accept-language')
  const type =
    Object.entries(FORMS).find(([name]) => name === form)?.[1] ??
    accepts(c, { header: 'Accept', supports: Object.values(FORMS), default: FORMS.json })
  if (type === FORMS.csv) {
    c.header('content-disposition', `attachment; filename="statement-${statement.month}.csv"`)
    return c.body(statementCsv(statement), 200, { 'content-type': CSV_TYPE })
  }
  if (type !== FORMS.html) return c.json(statement)
  c.header('content-security-policy', PAGE_POLICY)
  return c.html(statementPage(statement, language, site && houseNameOf(site)))
}

const statementRoute = createRoute({
  method: 'get',
  path: '/operator/v1/accounts/{id}/statements/{month}',
  summary: "Show a month of an account's books, as JSON, CSV (Accept: text/csv) or a page (Accept: text/html)",
  request: { params: statementParameters, query: statementQuery },
  responses: { 200: json(statementShown, 'The statement'), default: json(errorBody, 'What went wrong') },
})
