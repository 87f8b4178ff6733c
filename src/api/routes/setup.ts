import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { KNOWN_UPSTREAMS, loadCatalog, readSetup, writeSetupStep } from '../../catalog/index.ts'
import { sql } from '../../db/index.ts'
import { formatUsd } from '../../lib/index.ts'
import { type Trial, tryUpstream } from '../../trials/index.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idParameter,
  json,
  jsonBody,
  type RAILS,
  setupShown,
  setupStepInput,
  setupStepParameter,
  trialInput,
  trialShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'clock' | 'paymentSettings' | 'house' | 'policy'>

/** The first run: how far the set-up has come, what is configured, and whether keys of upstreams work. */
export function setupRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, keyring, clock } = dependencies
  app.openapi(setupRoute, async (c) => c.json(await showSetup(dependencies), 200))
  app.openapi(stepRoute, async (c) => {
    await writeSetupStep(appDatabase, { step: c.req.valid('param').step, state: c.req.valid('json').state })
    return c.json(await showSetup(dependencies), 200)
  })
  app.openapi(trialRoute, async (c) => {
    const question = { upstream: c.req.valid('param').id, model: c.req.valid('json').model }
    const catalog = await loadCatalog(appDatabase, keyring)
    const work = async () => showTrial(await tryUpstream(catalog, question, clock))
    return c.json(await answerOnce(appDatabase, await repeatableOf(c), { status: 200, schema: trialShown, work }), 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const setupRoute = createRoute({
  method: 'get',
  path: '/operator/v1/setup',
  summary: 'Show how far the house is set up, what is configured, and which settings lack',
  responses: { 200: json(setupShown, 'The set-up'), ...failures },
})

const stepRoute = createRoute({
  method: 'put',
  path: '/operator/v1/setup/{step}',
  summary: 'Note that a step of the set-up is done, left for later, or open again',
  request: { params: setupStepParameter, body: jsonBody(setupStepInput) },
  responses: { 200: json(setupShown, 'The set-up as it is now'), ...failures },
})

const trialRoute = createRoute({
  method: 'post',
  path: '/operator/v1/upstreams/{id}/trial',
  summary:
    'Send one smallest call with words of our own to an upstream, to see that its key works; nothing of the answer is kept but figures',
  request: { params: idParameter, body: jsonBody(trialInput) },
  responses: { 200: json(trialShown, 'What came of it'), ...failures },
})

/** What each way to be paid cannot do without. */
const NEEDS: Readonly<Record<(typeof RAILS)[number], readonly string[]>> = {
  stripe: ['payments.stripe.secret_key', 'payments.stripe.webhook_secret'],
  usdc: ['payments.usdc.xpub', 'payments.usdc.chains'],
  btcpay: ['payments.btcpay.url', 'payments.btcpay.store_id', 'payments.btcpay.api_key', 'payments.btcpay.webhook_secret'],
  x402: ['payments.x402.facilitator', 'payments.x402.pay_to'],
}

async function showSetup({ appDatabase, paymentSettings, house, policy: desk }: Dependencies): Promise<z.output<typeof setupShown>> {
  const progress = await readSetup(appDatabase)
  const callers = await appDatabase.query(sql`select from usage_event limit 1`)
  const { site, configFile, variables } = house
  const { operator, contacts, profile, service } = (await desk.page()).facts.settings
  return {
    steps: progress.map(({ step, state, at }) => ({ step, state, at: at?.toISOString() ?? null })),
    config_file: configFile ?? null,
    name: { name: site.name, service, accent: site.accent ?? null, has_logo: site.hasLogo },
    upstreams: KNOWN_UPSTREAMS.map(({ id, name, kind, baseUrl, variable }) => ({
      ...{ id, name, kind, base_url: baseUrl, variable, is_set: variables.has(variable) },
    })),
    rails: (Object.keys(NEEDS) as (keyof typeof NEEDS)[]).map((rail) => {
      const isOn = paymentSettings[rail] !== undefined
      return { rail, is_on: isOn, lacks: isOn ? [] : [...NEEDS[rail]] }
    }),
    policy: {
      ...{ profile, operator: operator ?? null, contacts: contacts.length },
      lacks: [...(operator === undefined ? ['policy.operator'] : []), ...(contacts.length === 0 ? ['policy.contact'] : [])],
    },
    has_callers: callers.length > 0,
  }
}

const showTrial = ({ model, upstreamModel, problem, status, latencyMs, usage, cost }: Trial): z.output<typeof trialShown> => ({
  ...{ model, upstream_model: upstreamModel, ok: problem === undefined, problem: problem ?? null, status: status ?? null },
  ...{ latency_ms: latencyMs, input_tokens: usage?.inputTokens ?? null, output_tokens: usage?.outputTokens ?? null },
  cost: cost === undefined ? null : formatUsd(cost),
})
