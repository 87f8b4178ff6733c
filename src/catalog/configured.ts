import type { WrittenAbuse } from '../abuse/index.ts'
import type { Database } from '../db/index.ts'
import type { IssuerSettings } from '../issuers/index.ts'
import { paymentSettingsOf, type WrittenPayments } from '../payments/index.ts'
import { SUBSCRIPTION_DEFAULTS, type SubscriptionSettings } from '../plans/index.ts'
import type { WrittenPolicy } from '../privacy/index.ts'
import { ConfigRefusedError, ENVIRONMENT, type Problem, type UpstreamKind } from '../spec/index.ts'
import type { BotSettings } from '../telegram/index.ts'
import { type AppliedSource, applySources } from './apply.ts'
import type { Change } from './change.ts'
import type { DesiredCatalog, DesiredModel, Sealing } from './desired.ts'
import { type FileResult, readCatalogFile } from './file.ts'
import { refusedKeyShape } from './key-shape.ts'
import { KNOWN_UPSTREAMS, type KnownUpstream } from './known-upstreams/index.ts'
import { completePrice } from './rates.ts'
import type { WrittenSite } from './site-schema.ts'
import type { TracingSettings } from './tracing-schema.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Where the catalogue is configured: the file if there is one, and provider keys by variable name. */
export type Configured = { readonly configPath: string | undefined; readonly providerKeys: Variables; readonly environment: Variables }

/**
 * What environment and file want, in the order to apply them; throws ConfigRefusedError with the problems of both. A provider key whose
 * upstream the file names, or whose variable the file uses, is the file's business and brings no models of its own.
 */
export function desiredOf(configured: Configured): readonly AppliedSource[] {
  const present = KNOWN_UPSTREAMS.filter((known) => (configured.providerKeys[known.variable] ?? '') !== '')
  const file = readFile(configured, present)
  const shapes = present.flatMap((known) => keyProblems(known, configured.providerKeys))
  const problems = [...shapes, ...file.problems]
  if (problems.length > 0) throw new ConfigRefusedError(problems)
  const named = new Set(file.desired?.upstreams.map((upstream) => upstream.id))
  const own = present.filter((known) => !named.has(known.id) && !file.variables.has(known.variable))
  const environment = environmentCatalog(own, configured.providerKeys)
  return [
    { source: 'environment', desired: environment },
    { source: 'file', desired: file.desired ?? { upstreams: [], models: [] } },
  ]
}

/** What the file says of the privacy policy; undefined without a file or a word of it. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredPolicy = (configured: Configured): WrittenPolicy | undefined => readWhole(configured).policy

/** What the file says of payments; undefined without a file or a word of it. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredPayments = (configured: Configured): WrittenPayments | undefined => readWhole(configured).payments

/** What the file says of abuse; undefined without a file or a word of it. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredAbuse = (configured: Configured): WrittenAbuse | undefined => readWhole(configured).abuse

/** What the file says of the public site; undefined without a file or a word of it. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredSite = (configured: Configured): WrittenSite | undefined => readWhole(configured).site

function readWhole(configured: Configured): FileResult {
  const present = KNOWN_UPSTREAMS.filter((known) => (configured.providerKeys[known.variable] ?? '') !== '')
  const read = readFile(configured, present)
  if (read.problems.length > 0) throw new ConfigRefusedError(read.problems)
  return read
}

/** The bot that the file names. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredTelegram = (configured: Configured): BotSettings | undefined => readWhole(configured).telegram

/** Where timings of calls go, by the file. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredTracing = (configured: Configured): TracingSettings | undefined => readWhole(configured).tracing

/** The issuers that the file names. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredIssuers = (configured: Configured): readonly IssuerSettings[] => readWhole(configured).issuers ?? []

/** What holds for subscriptions, by the file or as is usual. Throws ConfigRefusedError as `desiredOf` does. */
export const configuredSubscriptions = (configured: Configured): SubscriptionSettings =>
  readWhole(configured).subscriptions ?? SUBSCRIPTION_DEFAULTS

/** Brings the database to what environment and file want, where rises wait for their notice; throws ConfigRefusedError before anything is written if they are not valid. */
export async function applyConfigured(
  database: Database,
  configured: Configured,
  sealing: Sealing,
): Promise<{ changes: readonly Change[] }> {
  const sources = desiredOf(configured)
  const noticeDays = paymentSettingsOf(configuredPayments(configured)).rules.priceNoticeDays
  return await applySources(database, sources, { sealing, noticeDays })
}

function readFile(configured: Configured, present: readonly KnownUpstream[]): FileResult {
  if (configured.configPath === undefined) return { desired: undefined, problems: [], variables: new Set() }
  const knownUpstreams = new Map(present.map((known): readonly [string, UpstreamKind] => [known.id, known.kind]))
  try {
    return readCatalogFile(configured.configPath, { environment: configured.environment, knownUpstreams })
  } catch (thrown) {
    if (!(thrown instanceof ConfigRefusedError)) throw thrown
    return { desired: undefined, problems: thrown.problems, variables: new Set() }
  }
}

function keyProblems(known: KnownUpstream, keys: Variables): readonly Problem[] {
  const shape = refusedKeyShape(keys[known.variable] ?? '')
  if (shape === undefined) return []
  const mend = `make an API key in the provider's console and set ${known.variable} to it`
  return [{ file: ENVIRONMENT, line: 0, column: 0, path: known.variable, expected: 'an API key of the provider', got: shape, mend }]
}

function environmentCatalog(known: readonly KnownUpstream[], keys: Variables): DesiredCatalog {
  return {
    upstreams: known.map((upstream) => ({
      id: upstream.id,
      kind: upstream.kind,
      baseUrl: upstream.baseUrl,
      apiKey: keys[upstream.variable],
      placement: 'third_party',
      privacy: upstream.privacy ?? {},
    })),
    models: known.flatMap((upstream) => upstream.models.map((model) => knownModel(upstream, model))),
  }
}

function knownModel(upstream: KnownUpstream, model: KnownUpstream['models'][number]): DesiredModel {
  const price = model.price && completePrice(model.price, upstream.kind === 'anthropic')
  const routes = [{ upstream: upstream.id, model: model.upstreamModel ?? model.id, priority: 1, cost: model.price ?? {} }]
  return { id: model.id, context: model.context, outputMax: model.outputMax, price, routes }
}
