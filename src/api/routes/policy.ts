import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import {
  countNotices,
  featuresOf,
  type HistoryEntry,
  noticeDaysOf,
  type PolicyDesk,
  type ProofPage,
  SECTION_TITLES,
  SECTION_TITLES_ZH,
  topicOf,
} from '../../privacy/index.ts'
import { errorBody, json, type PolicyFormat, policyQuery, policyShown, policyStateShown, policyVersionShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { policyDocument } from '../privacy-pages/index.ts'
import { showHold } from './upstreams.ts'

/** The privacy policy and what else is made of the inventory, for the operator. */
export function policyRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { policy } = dependencies
  app.openapi(policyRoute, async (c) => {
    const { format } = c.req.valid('query')
    return c.json({ format, text: await textOf(policy, format) }, 200)
  })
  app.openapi(stateRoute, async (c) => c.json(await stateOf(dependencies), 200))
  app.openapi(versionRoute, async (c) => {
    const { number } = c.req.valid('param')
    const found = (await policy.history()).find(({ version }) => version.number === number) ?? fail('not_found')
    return c.json({ number, text: found.version.text }, 200)
  })
}

type Dependencies = Pick<ApiDependencies, 'policy' | 'appDatabase' | 'clock'>

async function stateOf({ policy, appDatabase, clock }: Dependencies) {
  const [{ facts, text, held }, history, { clauses, faults }] = await Promise.all([policy.page(), policy.history(), policy.proof()])
  const { profile, service, operator, contacts } = facts.settings
  const { waiting } = await countNotices(appDatabase, clock.now())
  return {
    ...{ profile, service, operator: operator ?? null, contacts: contacts.map((contact) => ({ ...contact })) },
    ...{ notice_days: noticeDaysOf('policy'), letters_waiting: waiting, has_mail: featuresOf(facts.inventory).hasMail },
    versions: history.map(showVersion),
    held: held.map(showHold),
    sections: text.sections.map(({ section, sentences }) => ({
      ...{ title: SECTION_TITLES[section], title_zh: SECTION_TITLES_ZH[section] },
      sentences: sentences.map((one) => ({ text: one.text, text_zh: one.zh ?? null, clauses: [...one.clauses] })),
    })),
    withheld: text.withheld.map(({ statement, topic, state, why, whyZh, clauses: of }) => ({
      ...{ topic, topic_zh: topicOf(statement, 'zh'), state, why, why_zh: whyZh, clauses: [...of] },
    })),
    clauses: clauses.map(showClause),
    attestation_faults: faults.map((fault) => ({ ...fault })),
  }
}

const showVersion = ({ version, changes, isInForce }: HistoryEntry) => ({
  ...{ number: version.number, hash: version.hash, is_significant: version.isSignificant, is_in_force: isInForce },
  ...{ published_at: new Date(version.publishedAt).toISOString(), effective_at: new Date(version.effectiveAt).toISOString() },
  changes: changes.map((change) => ({
    ...{ kind: change.kind, of: topicOf(change.of), of_zh: topicOf(change.of, 'zh'), is_significant: change.isSignificant },
    ...{ before: change.before ?? null, after: change.after ?? null },
  })),
})

const showClause = ({ clause, state, checks, isOfProfile }: ProofPage['clauses'][number]) => ({
  ...{ id: clause.id, topics: clause.says.map((id) => topicOf(id)), topics_zh: clause.says.map((id) => topicOf(id, 'zh')) },
  ...{ state, is_of_profile: isOfProfile },
  checks: checks.map(({ id, state: checkState, results }) => {
    const last = results.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0]
    return {
      ...{ id, state: checkState, at: last?.at ?? null, n: last?.n ?? null, failures: last?.failures ?? null },
      not_run: last?.notRun ?? null,
    }
  }),
})

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

const failures = { default: json(errorBody, 'What went wrong') }

const stateRoute = createRoute({
  method: 'get',
  path: '/operator/v1/policy/state',
  summary: 'Show how the policy stands: versions, clauses with what shows them, providers that are held, letters that wait',
  responses: { 200: json(policyStateShown, 'How it stands'), ...failures },
})

const versionRoute = createRoute({
  method: 'get',
  path: '/operator/v1/policy/versions/{number}',
  summary: 'Show a version of the policy as it was printed',
  request: { params: z.object({ number: z.coerce.number().pipe(z.int().min(1)) }) },
  responses: { 200: json(policyVersionShown, 'The version'), ...failures },
})
