import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { PolicyDesk } from '../../privacy/index.ts'
import { errorBody, json, type PolicyFormat, policyQuery, policyShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { policyDocument } from '../privacy-pages/index.ts'

/** The privacy policy and what else is made of the inventory, for the operator. */
export function policyRoutes(app: OpenAPIHono<ApiEnv>, { policy }: Pick<ApiDependencies, 'policy'>): void {
  app.openapi(policyRoute, async (c) => {
    const { format } = c.req.valid('query')
    return c.json({ format, text: await textOf(policy, format) }, 200)
  })
}

async function textOf(policy: PolicyDesk, format: PolicyFormat): Promise<string> {
  if (format === 'html') return policyDocument(await policy.page())
  return await (format === 'md' ? policy.markdown() : policy.data(format))
}

const policyRoute = createRoute({
  method: 'get',
  path: '/operator/v1/policy',
  summary: 'Print the privacy policy, or what else is made of the inventory',
  request: { query: policyQuery },
  responses: { 200: json(policyShown, 'The text'), default: json(errorBody, 'What went wrong') },
})
