import { createHash } from 'node:crypto'
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { fail } from '../../failures.ts'
import {
  keepOwnWords,
  knownDocuments,
  NO_OWN_WORDS,
  noticeDaysOf,
  type OwnPage,
  type OwnPreview,
  type OwnWords,
  topicOf,
} from '../../privacy/index.ts'
import { errorBody, json, jsonBody, ownPolicyInput, ownPolicyPreview, ownPolicyShown } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

type Dependencies = Pick<ApiDependencies, 'policy' | 'appDatabase' | 'clock'>

/** What of the policy operators write themselves: shown, weighed before it is published, and published. */
export function ownPolicyRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { policy, appDatabase, clock } = dependencies
  app.openapi(shownRoute, async (c) => c.json(show(await policy.own()), 200))
  app.openapi(previewRoute, async (c) => {
    const { words } = await writingOf(dependencies, c.req.valid('json'))
    return c.json(showPreview(await policy.preview(words)), 200)
  })
  app.openapi(writeRoute, async (c) => {
    const input = c.req.valid('json')
    const writing = { ...(await writingOf(dependencies, input)), revision: input.revision, by: c.get('operator'), now: clock.now() }
    const isKept = await appDatabase.transaction((tx) => keepOwnWords(tx, writing))
    if (!isKept) fail('policy_written_meanwhile')
    await policy.publish()
    return c.json(show(await policy.own()), 200)
  })
}

type Input = z.output<typeof ownPolicyInput>

/** What is to be kept of what was sent. Fails with invalid_field where the file sets a field, who runs it is not named, or a document is not here. */
async function writingOf(
  { policy, appDatabase }: Dependencies,
  input: Input,
): Promise<{ readonly words: OwnWords; readonly documents: readonly Buffer[] }> {
  const { setByFile, settings } = await policy.own()
  for (const field of setByFile) {
    const sent = input[field]
    if (sent !== null && sent.length > 0) fail('invalid_field', { field, expected: 'absent, as farebox.yaml sets it' })
  }
  const { isPublic } = settings
  if (isPublic && input.operator === null && !setByFile.includes('operator'))
    fail('invalid_field', { field: 'operator', expected: 'who runs the service, as others can reach it' })
  if (isPublic && input.contacts.length === 0 && !setByFile.includes('contacts'))
    fail('invalid_field', { field: 'contacts', expected: 'a way to write to the operator, as others can reach the service' })
  const { revision: _, attestations, ...rest } = input
  const documents = attestations.map(({ document_base64: text }) => (text === undefined ? undefined : Buffer.from(text, 'base64')))
  const known = await knownDocuments(
    appDatabase,
    attestations.flatMap(({ sha256 }) => sha256 ?? []),
  )
  const words = attestations.map(({ document_base64: __, ...one }, index) => {
    const bytes = documents[index]
    const sha256 = bytes === undefined ? one.sha256 : createHash('sha256').update(bytes).digest('hex')
    if (sha256 === undefined || bytes?.length === 0 || (bytes === undefined && !known.has(sha256)))
      return fail('invalid_field', { field: `attestations.${index}.document`, expected: 'a document, sent with it once' })
    return { ...one, sha256 }
  })
  return { words: { ...rest, attestations: words }, documents: documents.filter((one) => one !== undefined) }
}

function show({ revisions, setByFile, settings, attestations }: OwnPage): z.output<typeof ownPolicyShown> {
  const { operator, contacts } = settings
  const { revision, words } = revisions[0] ?? { revision: 0, words: NO_OWN_WORDS }
  return {
    ...{ revision, set_by_file: [...setByFile] },
    words: {
      ...words,
      contacts: words.contacts.map((one) => ({ ...one })),
      paragraphs: words.paragraphs.map((one) => ({ ...one })),
      attestations: words.attestations.map((one) => ({ ...one })),
    },
    in_use: {
      operator: operator ?? null,
      contacts: contacts.map((one) => ({ ...one })),
      attestations: attestations.map(({ clause, file, subject, expires }) => ({ clause, file, subject, expires })),
    },
    revisions: revisions.map(({ revision: number, savedBy = '', savedAt = 0 }) => ({
      ...{ revision: number, saved_by: savedBy, saved_at: new Date(savedAt).toISOString() },
    })),
  }
}

const showPreview = ({ version, changes, moves }: OwnPreview): z.output<typeof ownPolicyPreview> => ({
  version:
    version === undefined
      ? null
      : { number: version.number, is_significant: version.isSignificant, effective_at: new Date(version.effectiveAt).toISOString() },
  notice_days: noticeDaysOf('policy'),
  changes: changes.map(({ kind, of, isSignificant, before, after, zh }) => ({
    ...{ kind, of: topicOf(of), of_zh: topicOf(of, 'zh'), is_significant: isSignificant, before: before ?? null, after: after ?? null },
    ...{ before_zh: zh?.before ?? null, after_zh: zh?.after ?? null },
  })),
  moves: moves.map(({ how, statement, topic, clauses, why, whyZh }) => ({
    ...{ how, topic, topic_zh: topicOf(statement, 'zh'), clauses: [...clauses], why, why_zh: whyZh },
  })),
})

const failures = { default: json(errorBody, 'What went wrong') }

const shownRoute = createRoute({
  method: 'get',
  path: '/operator/v1/policy/own',
  summary: 'Show what of the policy operators wrote themselves, and what is the file’s',
  responses: { 200: json(ownPolicyShown, 'What they wrote'), ...failures },
})

const previewRoute = createRoute({
  method: 'post',
  path: '/operator/v1/policy/own/preview',
  summary:
    'Weigh other words of the operator: what changes line by line, whether it needs notice, which clauses appear or go; nothing is kept',
  request: { body: jsonBody(ownPolicyInput) },
  responses: { 200: json(ownPolicyPreview, 'What would change'), ...failures },
})

const writeRoute = createRoute({
  method: 'put',
  path: '/operator/v1/policy/own',
  summary: 'Write what of the policy is the operator’s own, and publish it as its next version',
  request: { body: jsonBody(ownPolicyInput) },
  responses: { 200: json(ownPolicyShown, 'What is written now'), ...failures },
})
