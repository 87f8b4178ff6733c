import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'
import { ABUSE_FIELDS, abuseBlock } from '../abuse/index.ts'
import { ISSUER_FIELDS, issuersBlock } from '../issuers/index.ts'
import { isLoopback } from '../lib/index.ts'
import { PAYMENT_FIELDS, paymentsBlock } from '../payments/index.ts'
import { PROTOCOL_NAMES, REPORTING_KINDS, STRATEGIES, serviceAccountOf, UPSTREAM_KINDS } from '../spec/index.ts'
import { TELEGRAM_FIELDS, telegramBlock } from '../telegram/index.ts'
import { refusedKeyShape } from './key-shape.ts'
import { PLAN_FIELDS, planEntry } from './plan-schema.ts'
import { POLICY_FIELDS, policyBlock } from './policy-schema.ts'
import { costSchema, type PriceFault, priceChanges, priceFaults, priceSchema, type Told } from './price-schema.ts'
import { SITE_FIELDS, siteBlock } from './site-schema.ts'
import { SUBSCRIPTION_FIELDS, subscriptionBlock } from './subscription-settings.ts'
import { TRACING_FIELDS, tracingBlock } from './tracing-schema.ts'

/** What people read when the field at a path (list indexes left out) is not right. */
export const FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  '': { expected: 'a mapping with upstreams, models and plans', mend: 'begin with "upstreams:" and "models:" at the left margin' },
  upstreams: { expected: 'a list of upstreams', mend: 'write one "- id: …" per upstream below it' },
  'upstreams.': { expected: 'an upstream with id, kind and base_url', mend: 'write it as "- id: openai" with the other fields below' },
  'upstreams.id': { expected: 'a name of 1 to 64 of a-z 0-9 . _ -', mend: 'give the upstream a short name such as openai' },
  'upstreams.kind': { expected: `one of ${UPSTREAM_KINDS.join(', ')}`, mend: 'name the protocol the upstream speaks' },
  'upstreams.base_url': { expected: 'an http(s) address', mend: 'write it like https://api.openai.com/v1' },
  'upstreams.api_key': {
    expected: 'an API key of 8 to 8192 printable characters',
    mend: 'write ${NAME} and set that environment variable, or leave the field out if the upstream wants no key',
  },
  'upstreams.api_keys': {
    expected: 'a list of at most 100 further API keys',
    mend: 'write it like ["${NAME_1}", "${NAME_2}"], or leave the field out if there is one key',
  },
  'upstreams.api_keys.': {
    expected: 'an API key of 8 to 512 printable characters',
    mend: 'write ${NAME} and set that environment variable',
  },
  'upstreams.max_concurrency': {
    expected: 'a whole number of calls from 1 to 1000000',
    mend: 'write the most calls that one gateway process may have with the upstream at the same time, or leave it out',
  },
  'upstreams.admin_key': {
    expected: 'a key of 8 to 512 printable characters that reads usage and cost reports',
    mend: 'write ${NAME} and set that environment variable, or leave the field out if reports are not to be compared',
  },
  'upstreams.api_version': {
    expected: 'a version of the API of azure-openai, such as 2024-10-21',
    mend: 'leave it out to use the v1 API; other kinds have none',
  },
  'upstreams.placement': { expected: 'third_party or local', mend: 'say local only for machines of your own' },
  'upstreams.privacy': { expected: 'a mapping with retention, training, country, evidence, checked', mend: 'leave out what is not known' },
  'upstreams.privacy.retention': { expected: 'a text of up to 200 characters', mend: 'write it like "30 days"' },
  'upstreams.privacy.training': { expected: 'yes or no', mend: 'write yes or no, or leave it out if it is not known' },
  'upstreams.privacy.country': { expected: 'a text of up to 200 characters', mend: 'write a country code such as US' },
  'upstreams.privacy.evidence': { expected: 'an https address', mend: 'link the page that says so' },
  'upstreams.privacy.checked': { expected: 'a date', mend: 'write it like 2026-11-01' },
  'upstreams.protocols': {
    expected: `a list of one or more of ${PROTOCOL_NAMES.join(', ')}, each once`,
    mend: 'write it like [openai-chat, anthropic-messages], or leave it out for what its kind speaks',
  },
  'upstreams.protocols.': { expected: `one of ${PROTOCOL_NAMES.join(', ')}`, mend: 'name a protocol that the upstream speaks' },
  'upstreams.fetch_urls': {
    expected: 'true or false',
    mend: 'say true only for an upstream that takes no addresses, so that Farebox fetches them; else leave it out',
  },
  models: { expected: 'a list of models', mend: 'write one "- id: …" per model below it' },
  'models.': {
    expected: 'a model with id, context, output_max and routes',
    mend: 'write it as "- id: gpt-4.1" with the other fields below',
  },
  'models.id': { expected: 'a name of 1 to 80 of A-Z a-z 0-9 . _ : / @ + -', mend: 'give the name customers will call it by' },
  'models.context': {
    expected: 'a whole number of tokens from 1 to 100000000',
    mend: 'write it like 200000, without quotes or separators',
  },
  'models.output_max': {
    expected: 'a whole number of tokens from 1 to 100000000',
    mend: 'write it like 64000, without quotes or separators',
  },
  'models.free': { expected: 'true or false', mend: 'say true to give the model away, else leave it out' },
  'models.price': { expected: 'a mapping with input and output', mend: 'write it like { input: "3.00", output: "15.00" }' },
  'models.price_changes': {
    expected: 'a list of prices that will hold',
    mend: 'write it like [{ effective_at: "2026-12-01T00:00:00Z", input: "3.00", output: "15.00" }]',
  },
  'models.shorter_notice_reason': {
    expected: 'a text of 1 to 500 characters',
    mend: 'say why the price may rise with less notice, or leave it out to have the rise wait',
  },
  'models.strategy': { expected: `one of ${STRATEGIES.join(', ')}`, mend: 'leave it out for priority' },
  'models.routes': { expected: 'a list of at least one route', mend: 'write it like [{ upstream: openai, model: gpt-4.1 }]' },
  'models.routes.': { expected: 'a route with upstream and model', mend: 'write it like { upstream: openai, model: gpt-4.1 }' },
  'models.routes.upstream': { expected: 'the id of an upstream', mend: 'name one of the upstreams of this file' },
  'models.routes.model': { expected: 'a name of 1 to 200 printable characters', mend: 'give the name the upstream knows the model by' },
  'models.routes.priority': { expected: 'a whole number from 1 to 1000', mend: 'write 1 for the route to try first' },
  'models.routes.weight': { expected: 'a whole number from 1 to 1000', mend: 'write the share of calls beside those of the other routes' },
  'models.routes.cost': { expected: 'a mapping with input and output', mend: 'write it like { input: "3.00", output: "15.00" }' },
  ...PLAN_FIELDS,
  ...SUBSCRIPTION_FIELDS,
  ...TELEGRAM_FIELDS,
  ...TRACING_FIELDS,
  ...ISSUER_FIELDS,
  ...POLICY_FIELDS,
  ...PAYMENT_FIELDS,
  ...ABUSE_FIELDS,
  ...SITE_FIELDS,
}

/** Makes a rule run on values that already have problems. */
const ALWAYS = { when: () => true }

const field = <T extends z.ZodType>(path: string, schema: T): T => schema.describe(FIELDS[path]?.expected ?? '')

const tokens = (path: string) => field(path, z.int().min(1).max(100_000_000))
const text200 = (path: string) => field(path, z.string().min(1).max(200)).optional()

const privacy = z.strictObject({
  retention: text200('upstreams.privacy.retention'),
  training: field('upstreams.privacy.training', z.enum(['yes', 'no'])).optional(),
  country: text200('upstreams.privacy.country'),
  evidence: field('upstreams.privacy.evidence', z.url({ protocol: /^https?$/ }).max(500)).optional(),
  checked: field('upstreams.privacy.checked', z.iso.date()).optional(),
})

const keyText = z.string().regex(/^[\x21-\x7e]{8,8192}$/)
const protocolList = z
  .array(field('upstreams.protocols.', z.enum(PROTOCOL_NAMES)))
  .min(1)
  .max(PROTOCOL_NAMES.length)
  .refine((names) => new Set(names).size === names.length)

const upstreamFields = {
  kind: field('upstreams.kind', z.enum(UPSTREAM_KINDS)),
  base_url: field('upstreams.base_url', z.string().max(500)),
  api_key: field('upstreams.api_key', keyText).optional(),
  api_keys: field('upstreams.api_keys', z.array(field('upstreams.api_keys.', keyText)).max(100)).optional(),
  admin_key: field('upstreams.admin_key', z.string().regex(/^[\x21-\x7e]{8,512}$/)).optional(),
  api_version: field('upstreams.api_version', z.string().regex(/^\d{4}-\d{2}-\d{2}(?:-preview)?$/)).optional(),
  max_concurrency: field('upstreams.max_concurrency', z.int().min(1).max(1_000_000)).optional(),
  placement: field('upstreams.placement', z.enum(['third_party', 'local'])).prefault('third_party'),
  privacy: field('upstreams.privacy', privacy).prefault({}),
  protocols: field('upstreams.protocols', protocolList).optional(),
  fetch_urls: field('upstreams.fetch_urls', z.boolean()).prefault(false),
}

const route = z.strictObject({
  upstream: field('models.routes.upstream', z.string().min(1).max(64)),
  model: field('models.routes.model', z.string().regex(/^[\x21-\x7e]{1,200}$/)),
  priority: field('models.routes.priority', z.int().min(1).max(1000)).prefault(1),
  weight: field('models.routes.weight', z.int().min(1).max(1000)).prefault(1),
  cost: field('models.routes.cost', costSchema).prefault({}),
})

const modelFields = {
  context: tokens('models.context'),
  output_max: tokens('models.output_max'),
  free: field('models.free', z.boolean()).prefault(false),
  price: field('models.price', priceSchema).optional(),
  price_changes: field('models.price_changes', priceChanges).optional(),
  strategy: field('models.strategy', z.enum(STRATEGIES)).prefault('priority'),
  routes: field('models.routes', z.array(route).min(1).max(100)),
}

/** An upstream without its id, as the operator API takes it. */
export const upstreamBody = z
  .strictObject({
    ...upstreamFields,
    api_key: upstreamFields.api_key.nullable(),
    api_keys: upstreamFields.api_keys.nullable(),
    admin_key: upstreamFields.admin_key.nullable(),
    max_concurrency: upstreamFields.max_concurrency.nullable(),
    protocols: upstreamFields.protocols.nullable(),
  })
  .superRefine(checkUpstream, ALWAYS)

/** A model without its id, as the operator API takes it. */
export const modelBody = z.strictObject(modelFields).superRefine(checkModel, ALWAYS)

/** The id of an upstream. */
export const upstreamId = field('upstreams.id', z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/))

/** The id of a model, as customers name it. */
export const modelId = field('models.id', z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,79}$/))

const upstreamEntry = z.strictObject({ id: upstreamId, ...upstreamFields }).superRefine(checkUpstream, ALWAYS)

const reason = field('models.shorter_notice_reason', z.string().trim().min(1).max(500)).optional()
const modelEntry = z.strictObject({ id: modelId, ...modelFields, shorter_notice_reason: reason }).superRefine(checkModel, ALWAYS)

/** The whole file. */
export const catalogFile = z.strictObject({
  upstreams: field('upstreams', z.array(upstreamEntry).max(1000)).prefault([]),
  models: field('models', z.array(modelEntry).max(10_000)).prefault([]),
  plans: field('plans', z.array(planEntry).max(1000)).prefault([]),
  subscriptions: subscriptionBlock.optional(),
  policy: field('policy', policyBlock).optional(),
  payments: field('payments', paymentsBlock).optional(),
  abuse: field('abuse', abuseBlock).optional(),
  site: field('site', siteBlock).optional(),
  telegram: telegramBlock.optional(),
  tracing: tracingBlock.optional(),
  issuers: issuersBlock.optional(),
})

export type CatalogFile = z.output<typeof catalogFile>
export type UpstreamBody = z.output<typeof upstreamBody>
export type ModelBody = z.output<typeof modelBody>

const issueAt = (path: readonly (string | number)[], told: Told) => ({
  code: 'custom' as const,
  path: [...path],
  message: told.expected,
  params: told,
})

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Kinds whose credential is no header of its own, so that one does not stand in for another. */
const SIGNING_KINDS: ReadonlySet<string> = new Set(['bedrock', 'vertex'])

/** Runs also on entries with other mistakes, so that all are told at once; hence the value may still be anything. */
function checkUpstream(value: unknown, context: z.RefinementCtx): void {
  const { base_url: url, api_key: key, api_keys: pool, admin_key: adminKey, api_version: version, kind, placement } = recordOf(value)
  const wrong = typeof url === 'string' ? (wrongUrl(url, placement === 'local') ?? wrongEndpoint(url, kind)) : undefined
  if (wrong !== undefined) context.addIssue(issueAt(['base_url'], wrong))
  if (version !== undefined && kind !== 'azure-openai') {
    const mend = 'leave the field out'
    context.addIssue(issueAt(['api_version'], { expected: 'no api_version, as only azure-openai has one', mend }))
  }
  for (const [path, told] of wrongKeys({ key, pool, kind })) context.addIssue(issueAt(path, told))
  if (listOf(pool).length > 0 && SIGNING_KINDS.has(String(kind))) {
    const told = {
      expected: 'no api_keys, as calls to this kind of upstream are signed with one credential',
      mend: 'make an upstream of each',
    }
    context.addIssue(issueAt(['api_keys'], { ...told, got: '(hidden)' }))
  }
  const wrongAdmin = typeof adminKey === 'string' ? wrongAdminKey(adminKey, kind) : undefined
  if (wrongAdmin !== undefined) context.addIssue(issueAt(['admin_key'], wrongAdmin))
}

type KeysOf = { readonly key: unknown; readonly pool: unknown; readonly kind: unknown }

/** What is wrong with the keys of an upstream: logins of a person, keys given twice. */
function wrongKeys({ key, pool, kind }: KeysOf): readonly (readonly [path: readonly (string | number)[], told: Told])[] {
  const placed = [{ path: ['api_key'], key }, ...listOf(pool).map((entry, index) => ({ path: ['api_keys', index], key: entry }))]
  const keys = placed.map((entry) => entry.key)
  return placed.flatMap(({ path, key: text }, index): readonly (readonly [readonly (string | number)[], Told])[] => {
    if (typeof text !== 'string') return []
    const expected = 'an API key of the provider'
    const shape = refusedKeyShape(text)
    if (shape !== undefined) return [[path, { expected, got: shape, mend: "make an API key in the provider's console and use that" }]]
    if (kind === 'vertex' && serviceAccountOf(text) === undefined) {
      const mend = 'set the variable to: base64 -w0 key.json'
      return [[path, { expected: 'the key file of a service account in base64', got: '(hidden)', mend }]]
    }
    if (keys.indexOf(text) === index) return []
    return [[path, { expected: 'a key of its own', got: 'a key that is given already', mend: 'take it out' }]]
  })
}

function wrongAdminKey(key: string, kind: unknown): Told | undefined {
  const mend = "make an admin key in the provider's console and use that"
  const shape = refusedKeyShape(key)
  if (shape !== undefined) return { expected: 'an admin key of the provider', got: shape, mend }
  if (REPORTING_KINDS.some((known) => known === kind)) return undefined
  return { expected: 'no admin_key, as no report of this kind of upstream is known', got: '(hidden)', mend: 'leave the field out' }
}

function wrongUrl(text: string, isLocal: boolean): Told | undefined {
  const url = URL.parse(text)
  const mend = 'write it like https://api.openai.com/v1'
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return { expected: 'an http(s) address', mend }
  if (url.username !== '' || url.password !== '')
    return { expected: 'an address without a user name or password', got: '(hidden)', mend: 'put the secret into api_key' }
  if (/[?#]/.test(text)) return { expected: 'an address without ? or #', got: '(hidden)', mend }
  if (url.protocol === 'https:' || isPrivate(url.hostname, isLocal)) return undefined
  return {
    expected: 'https, as prompts would travel in the clear',
    mend: 'use https, or say "placement: local" if it is a machine of your own',
  }
}

/** The paths of Bedrock's endpoints are made by us. */
function wrongEndpoint(text: string, kind: unknown): Told | undefined {
  if (kind !== 'bedrock' || new URL(text).pathname === '/') return undefined
  const mend = 'write it like https://bedrock-runtime.us-east-1.amazonaws.com or https://bedrock-mantle.us-east-1.api.aws, without a path'
  return { expected: 'the address of an endpoint of a region', mend }
}

/** Whether plain HTTP may go there: to this machine always, to private addresses and names when they are declared local. */
function isPrivate(hostname: string, isLocal: boolean): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(host)) return true
  if (!isLocal) return false
  if (isIPv4(host)) return /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(host)
  return isIPv6(host) ? /^f[cde]/i.test(host) : true
}

function checkModel(value: unknown, context: z.RefinementCtx): void {
  const { free, price, price_changes: changes, routes } = recordOf(value)
  const meaning = free === true ? 'free' : 'sold'
  const add = (path: readonly (string | number)[], faults: readonly PriceFault[]) => {
    for (const fault of faults) context.addIssue(issueAt([...path, ...fault.path], fault.told))
  }
  add(['price'], priceFaults(price, meaning))
  for (const [index, change] of listOf(changes).entries()) add(['price_changes', index], priceFaults(change, 'sold'))
  for (const [index, route] of listOf(routes).entries()) add(['routes', index, 'cost'], priceFaults(recordOf(route)['cost'], 'cost'))
  add([], timeFaults([recordOf(price), ...listOf(changes).map(recordOf)].map((entry) => entry['effective_at'])))
}

/** Two prices that would begin at one time; the first time is that of the price itself. */
function timeFaults(times: readonly unknown[]): readonly PriceFault[] {
  const moments = times.map((time) => (typeof time === 'string' ? Date.parse(time) : Number.NaN))
  return moments.flatMap((moment, index) => {
    if (Number.isNaN(moment) || moments.indexOf(moment) === index) return []
    const told = { expected: 'a time of its own', got: 'a time that another price has', mend: 'keep one price for each time' }
    return [{ path: ['price_changes', index - 1, 'effective_at'], told }]
  })
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
