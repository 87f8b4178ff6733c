import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { type Disclosure, listDisclosures, noteDisclosure, readTransparency } from '../../audit/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  disclosureInput,
  disclosureList,
  disclosureShown,
  errorBody,
  idempotencyHeader,
  json,
  jsonBody,
  transparencyShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** What authorities asked for and got: note, list. */
export function disclosureRoutes(
  app: OpenAPIHono<ApiEnv>,
  { appDatabase, ids, clock }: Pick<ApiDependencies, 'appDatabase' | 'ids' | 'clock'>,
): void {
  app.openapi(noteRoute, async (c) => {
    const { received_on: receivedOn, ...input } = c.req.valid('json')
    const noted = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 201,
      schema: disclosureShown,
      work: async (tx) => {
        const disclosure = { id: ids.uuid(), receivedOn, ...input }
        await noteDisclosure(tx, disclosure, clock.now())
        return showDisclosure(disclosure)
      },
    })
    return c.json(noted, 201)
  })
  app.openapi(reportRoute, async (c) => {
    const { months, checkpoints } = await readTransparency(appDatabase)
    return c.json({ months: months.map((month) => ({ ...month })), checkpoints }, 200)
  })
  app.openapi(listRoute, async (c) => c.json({ data: (await listDisclosures(appDatabase)).map(showDisclosure) }, 200))
}

const failures = { default: json(errorBody, 'What went wrong') }

const noteRoute = createRoute({
  method: 'post',
  path: '/operator/v1/privacy/disclosures',
  summary: 'Note what an authority asked for and got; it stands in the transparency report and cannot be changed',
  request: { headers: idempotencyHeader, body: jsonBody(disclosureInput) },
  responses: { 201: json(disclosureShown, 'What was noted'), ...failures },
})

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/privacy/disclosures',
  summary: 'List what authorities asked for and got, newest first',
  responses: { 200: json(disclosureList, 'All of it'), ...failures },
})

const reportRoute = createRoute({
  method: 'get',
  path: '/operator/v1/policy/transparency',
  summary: 'Show what operators did, as the transparency report counts it',
  responses: { 200: json(transparencyShown, 'The figures'), ...failures },
})

const showDisclosure = ({ receivedOn, ...disclosure }: Disclosure) => ({ ...disclosure, received_on: receivedOn })
