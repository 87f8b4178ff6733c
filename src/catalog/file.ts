import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import type { WrittenAbuse } from '../abuse/index.ts'
import { type IssuerSettings, issuerSettingsOf } from '../issuers/index.ts'
import { errorCode, type NanoUsd, parseUsd } from '../lib/index.ts'
import type { WrittenPayments } from '../payments/index.ts'
import type { SubscriptionSettings } from '../plans/index.ts'
import type { WrittenPolicy } from '../privacy/index.ts'
import {
  ConfigRefusedError,
  isPricedAsAnthropic,
  isTellable,
  type PrivacyLabel,
  type Problem,
  parseMultiplier,
  toldText,
  type UpstreamKind,
} from '../spec/index.ts'
import { type BotSettings, botSettingsOf } from '../telegram/index.ts'
import type { DesiredCatalog, DesiredPlan } from './desired.ts'
import { type CatalogFile, catalogFile, FIELDS } from './file-schema.ts'
import type { PlanBody } from './plan-schema.ts'
import { priceField, priceKeys, type Told } from './price-schema.ts'
import { completePrice, FREE_PRICE } from './rates.ts'
import type { WrittenSite } from './site-schema.ts'
import { subscriptionSettingsOf } from './subscription-settings.ts'
import type { TracingSettings } from './tracing-schema.ts'
import { type Path, parseYaml, type Written, type YamlDocument } from './yaml-document.ts'

/** What surrounds a file: its name for messages, the variables it may use, upstreams its routes may name besides its own. */
export type FileSurroundings = {
  readonly file: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly knownUpstreams: ReadonlyMap<string, UpstreamKind>
}

/** What a file says, or everything that is wrong with it. `variables` are those it filled in. */
export type FileResult = {
  readonly desired: DesiredCatalog | undefined
  /** What it says of the privacy policy. */
  readonly policy?: WrittenPolicy | undefined
  /** What it says of subscriptions, with what is usual for the rest. */
  readonly subscriptions?: SubscriptionSettings | undefined
  /** What it says of payments. */
  readonly payments?: WrittenPayments | undefined
  /** What it says of abuse. */
  readonly abuse?: WrittenAbuse | undefined
  /** What it says of the public site. */
  readonly site?: WrittenSite | undefined
  /** The bot that writes to chats. */
  readonly telegram?: BotSettings | undefined
  /** Where timings of calls go. */
  readonly tracing?: TracingSettings | undefined
  /** Who else signs people in. */
  readonly issuers?: readonly IssuerSettings[] | undefined
  readonly problems: readonly Problem[]
  readonly variables: ReadonlySet<string>
}

/** Reads farebox.yaml from a path; throws ConfigRefusedError with all problems. */
export function readCatalogFile(
  path: string,
  surroundings: Omit<FileSurroundings, 'file'>,
): FileResult & { readonly desired: DesiredCatalog } {
  const { desired, ...rest } = parseCatalogFile(readText(path), { ...surroundings, file: path })
  if (desired === undefined) throw new ConfigRefusedError(rest.problems)
  return { desired, ...rest }
}

/** Parses the text of a farebox.yaml; never throws, whatever the text. An empty file wants nothing. */
export function parseCatalogFile(text: string, surroundings: FileSurroundings): FileResult {
  const document = parseYaml(text, surroundings.file, surroundings.environment)
  const { variables } = document
  if (document.value === undefined && document.problems.length > 0) return { desired: undefined, problems: document.problems, variables }
  const value = document.value ?? {}
  const checked = catalogFile.safeParse(value)
  const told = [
    ...(checked.success ? [] : issueProblems(checked.error.issues, document)),
    ...referenceProblems(value, document, surroundings),
  ]
  const problems = [...document.problems, ...told.map((problem) => ({ file: surroundings.file, ...problem }))]
  if (!checked.success || problems.length > 0) return { desired: undefined, problems: problems.toSorted(byPlace), variables }
  const { policy, payments, abuse, site, tracing } = checked.data
  const subscriptions = subscriptionSettingsOf(checked.data.subscriptions)
  const [telegram, issuers] = [botSettingsOf(checked.data.telegram), issuerSettingsOf(checked.data.issuers)]
  const desired = toDesired(checked.data, surroundings.knownUpstreams)
  return { desired, policy, payments, abuse, site, subscriptions, telegram, tracing, issuers, problems: [], variables }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    const told = { expected: 'a file that can be read', got: errorCode(thrown), mend: 'check the path and its permissions' }
    throw new ConfigRefusedError([{ file: path, line: 0, column: 0, path: '', ...told }])
  }
}

type PlacedProblem = Omit<Problem, 'file'>

const byPlace = (a: Problem, b: Problem) => a.line - b.line || a.column - b.column

function issueProblems(issues: readonly z.core.$ZodIssue[], document: YamlDocument): readonly PlacedProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? '' : step))
    if (document.isUnfilled(path)) return []
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => unknownKeyProblem(path, key, document))
      : [issueProblem(path, issue, document)]
  })
}

/** What is not shown when it is wrong: keys, and what may hold one. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['api_key', 'api_keys', 'admin_key', 'xpub', 'rpc', 'facilitator_key', 'client_secret'])

function issueProblem(path: Path, issue: z.core.$ZodIssue, document: YamlDocument): PlacedProblem {
  const told = issue.code === 'custom' && typeof issue.params?.expected === 'string' ? (issue.params as Told) : undefined
  const written = document.written(path)
  const isSecret = path.some((step) => SECRET_FIELDS.has(String(step)))
  const got = told?.got ?? (isSecret && written !== undefined && written.kind !== 'nothing' ? '(hidden)' : describeWritten(written))
  const { expected, mend } = told ?? explain(path, written)
  return { ...document.locate(path), path: spellPath(path), expected, got, mend }
}

/** What to say of a value that broke its schema, by its place. */
function explain(path: Path, written: Written | undefined): { readonly expected: string; readonly mend: string } {
  const priced = priceField(path)
  const wantsText = priced !== undefined && !priced.expected.startsWith('a whole number')
  if (priced !== undefined) return wantsText && written?.kind === 'number' ? { ...priced, mend: `quote it: "${written.source}"` } : priced
  return FIELDS[fieldOf(path)] ?? { expected: 'something else', mend: 'see the example of the guide' }
}

function unknownKeyProblem(path: Path, key: string, document: YamlDocument): PlacedProblem {
  const known = knownKeys(path)
  const expected = `one of ${known.join(', ')}`
  return {
    ...document.locate(path, key),
    path: spellPath(path),
    expected,
    got: toldText(key),
    mend: mendKey(key, known),
  }
}

function mendKey(key: string, known: readonly string[]): string {
  const near = known.map((name) => ({ name, steps: editsBetween(key.slice(0, 32), name) })).toSorted((a, b) => a.steps - b.steps)[0]
  return near !== undefined && near.steps <= 3 ? `write ${near.name}` : 'take it out, or correct its name'
}

/** Letters to change, add or leave out to make one name the other. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let at = 1; at <= from.length; at += 1) {
    const next = [at]
    for (let index = 1; index <= to.length; index += 1) {
      const kept = (row[index - 1] ?? 0) + (from[at - 1] === to[index - 1] ? 0 : 1)
      next.push(Math.min(kept, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

function knownKeys(path: Path): readonly string[] {
  const parts = priceKeys(path)
  if (parts !== undefined) return parts
  const prefix = path.length === 0 ? '' : `${fieldOf(path).replace(/\.$/, '')}.`
  return Object.keys(FIELDS)
    .filter((name) => name.startsWith(prefix) && /^[a-z_0-9]+$/.test(name.slice(prefix.length)))
    .map((name) => name.slice(prefix.length))
}

/** "models.price" for models[3].price; an entry of a list itself ends with a dot. */
const fieldOf = (path: Path): string =>
  path.filter((step) => typeof step === 'string').join('.') + (typeof path.at(-1) === 'number' ? '.' : '')

/** "models[3].price" */
const spellPath = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const name = isTellable(step) ? step : '(hidden)'
    return text === '' ? name : `${text}.${name}`
  }, '')

function describeWritten(written: Written | undefined): string {
  if (written === undefined || written.kind === 'nothing') return 'nothing'
  if (written.kind === 'list' || written.kind === 'mapping') return `a ${written.kind}`
  if (written.kind === 'text') return toldText(written.source)
  return isTellable(written.source) ? `the ${written.kind} ${written.source}` : `a ${written.kind} that is not shown`
}

/** Ids given twice and routes to upstreams that are not there; looks at the raw value, so that other mistakes do not hide these. */
function referenceProblems(value: unknown, document: YamlDocument, surroundings: FileSurroundings): readonly PlacedProblem[] {
  const [upstreams, models, plans] = [entriesOf(value, 'upstreams'), entriesOf(value, 'models'), entriesOf(value, 'plans')]
  const known = new Set([...surroundings.knownUpstreams.keys(), ...upstreams.map(idOf)])
  const routes = models.flatMap((model, at) =>
    entriesOf(model, 'routes').map((route, index) => ({
      upstream: field(route, 'upstream'),
      path: ['models', at, 'routes', index, 'upstream'],
    })),
  )
  return [
    ...repeatedIds('upstreams', upstreams, document),
    ...repeatedIds('models', models, document),
    ...repeatedIds('plans', plans, document),
    ...routes
      .filter((route) => typeof route.upstream === 'string' && !known.has(route.upstream) && !document.isUnfilled(route.path))
      .map((route) => unknownUpstream(route.path, String(route.upstream), { document, known })),
  ]
}

function repeatedIds(
  list: 'upstreams' | 'models' | 'plans',
  entries: readonly unknown[],
  document: YamlDocument,
): readonly PlacedProblem[] {
  const ids = entries.map(idOf)
  return ids.flatMap((id, index) => {
    if (typeof id !== 'string' || ids.indexOf(id) === index) return []
    const path = [list, index, 'id']
    const told = { expected: 'an id of its own', got: `${toldText(id)} a second time`, mend: 'rename one, or make one entry of both' }
    return [{ ...document.locate(path), path: spellPath(path), ...told }]
  })
}

function unknownUpstream(
  path: Path,
  upstream: string,
  at: { readonly document: YamlDocument; readonly known: ReadonlySet<unknown> },
): PlacedProblem {
  const names = [...at.known].filter((id) => typeof id === 'string' && isTellable(id)).slice(0, 10)
  const expected = names.length === 0 ? 'the id of an upstream, of which there is none' : `the id of an upstream: ${names.join(', ')}`
  const mend = 'add it under upstreams, or correct the id'
  return { ...at.document.locate(path), path: spellPath(path), expected, got: toldText(upstream), mend }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

const idOf = (value: unknown): unknown => field(value, 'id')

function entriesOf(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name)
  return Array.isArray(list) ? list : []
}

function toDesired(file: CatalogFile, knownUpstreams: ReadonlyMap<string, UpstreamKind>): DesiredCatalog {
  const kinds = new Map([...knownUpstreams, ...file.upstreams.map((upstream) => [upstream.id, upstream.kind] as const)])
  return {
    upstreams: file.upstreams.map((upstream) => toDesiredUpstream(upstream.id, upstream)),
    models: file.models.map((model) => toDesiredModel(model.id, model, kinds)),
    plans: file.plans.map((plan) => toDesiredPlan(plan.id, plan)),
  }
}

type UpstreamFields = Omit<CatalogFile['upstreams'][number], 'id' | 'api_keys' | 'max_concurrency'> & {
  readonly api_keys?: readonly string[] | undefined
  readonly max_concurrency?: number | null | undefined
}
type ModelFields = Omit<CatalogFile['models'][number], 'id' | 'shorter_notice_reason'> & {
  readonly shorter_notice_reason?: string | undefined
}

/** An upstream as the catalogue wants it, from the words of a file or body that has been checked. */
export const toDesiredUpstream = (id: string, written: UpstreamFields): DesiredCatalog['upstreams'][number] => ({
  id,
  kind: written.kind,
  baseUrl: withoutSlashes(written.base_url),
  apiKey: written.api_key,
  ...(written.api_keys === undefined || written.api_keys.length === 0 ? {} : { keyPool: written.api_keys }),
  ...(typeof written.max_concurrency === 'number' ? { maxConcurrency: written.max_concurrency } : {}),
  ...(written.admin_key === undefined ? {} : { adminKey: written.admin_key }),
  ...(written.api_version === undefined ? {} : { apiVersion: written.api_version }),
  placement: written.placement,
  privacy: Object.fromEntries(Object.entries(written.privacy).filter(([, text]) => text !== undefined)) as PrivacyLabel,
  ...(written.protocols === undefined ? {} : { protocols: written.protocols }),
  ...(written.fetch_urls ? { fetchesUrls: true } : {}),
})

function withoutSlashes(url: string): string {
  let end = url.length
  while (url[end - 1] === '/') end -= 1
  return url.slice(0, end)
}

/** A model as the catalogue wants it; `kinds` tells what each upstream speaks, as cache prices follow from that. */
export function toDesiredModel(
  id: string,
  written: ModelFields,
  kinds: ReadonlyMap<string, UpstreamKind>,
): DesiredCatalog['models'][number] {
  const hasAnthropicRoute = written.routes.some(({ upstream, model }) => isPricedAsAnthropic(kinds.get(upstream), model))
  const now = written.free ? FREE_PRICE : written.price && completePrice(written.price, hasAnthropicRoute)
  const begins = written.price?.effective_at
  const priceChanges = [
    ...(begins === undefined || now === undefined ? [] : [{ effectiveAt: Date.parse(begins), price: now }]),
    ...(written.price_changes ?? []).map((change) => ({
      effectiveAt: Date.parse(change.effective_at),
      price: completePrice(change, hasAnthropicRoute),
    })),
  ]
  const { context, output_max: outputMax, strategy, routes, shorter_notice_reason: shorterNoticeReason } = written
  return {
    ...{ id, context, outputMax, price: begins === undefined ? now : undefined, priceChanges, strategy, routes },
    ...(shorterNoticeReason === undefined ? {} : { shorterNoticeReason }),
  }
}

function multiplierOf(text: string): number {
  const multiplier = parseMultiplier(text)
  if (multiplier === undefined) throw new TypeError('a multiplier that was not validated')
  return multiplier
}

const toPlanChange = (change: NonNullable<PlanBody['price_changes']>[number]) => ({
  effectiveAt: Date.parse(change.effective_at),
  multiplier: multiplierOf(change.price_multiplier),
})

/** A plan as the catalogue wants it. */
export function toDesiredPlan(id: string, written: PlanBody): DesiredPlan {
  const multiplier = multiplierOf(written.price_multiplier)
  const { name, kind, price, models, budget, public: isPublic, closed: isClosed } = written
  const { requests_per_minute: requestsPerMinute, tokens_per_minute: tokensPerMinute, concurrent_calls: concurrentCalls } = written
  const limits = { requestsPerMinute, tokensPerMinute, concurrentCalls }
  const { shorter_notice_reason: shorterNoticeReason, price_changes: changes = [] } = written
  const isLimited = Object.values(limits).some((limit) => limit !== undefined)
  return {
    ...{ id, multiplier },
    ...(name === undefined ? {} : { name }),
    ...(kind === undefined ? {} : { kind }),
    ...(price === undefined ? {} : { price: amountOf(price) }),
    ...(models === undefined ? {} : { models }),
    ...(isLimited ? { limits } : {}),
    ...(budget === undefined ? {} : { budget: { amount: amountOf(budget.amount), window: budget.window } }),
    ...(isPublic === undefined ? {} : { isPublic }),
    ...(isClosed === undefined ? {} : { isClosed }),
    ...(changes.length === 0 ? {} : { changes: changes.map(toPlanChange) }),
    ...(shorterNoticeReason === undefined ? {} : { shorterNoticeReason }),
  }
}

function amountOf(text: string): NanoUsd {
  const amount = parseUsd(text)
  if (amount === undefined) throw new TypeError('an amount that was not validated')
  return amount
}
