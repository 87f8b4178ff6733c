import { type Price, type PriceJson, priceOfJson } from './price.ts'

/** Kinds of upstream, by the protocol they speak. */
export const UPSTREAM_KINDS = ['openai', 'anthropic', 'gemini', 'openai-compatible', 'azure-openai', 'bedrock', 'vertex'] as const
export type UpstreamKind = (typeof UPSTREAM_KINDS)[number]

/** Kinds whose provider reports what calls used and cost, to who has the key for it. */
export const REPORTING_KINDS = ['openai', 'anthropic'] as const satisfies readonly UpstreamKind[]
export type ReportingKind = (typeof REPORTING_KINDS)[number]

/** Names of the protocols in which a call is one request and one answer. */
export const CALL_PROTOCOL_NAMES = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const
export type CallProtocolName = (typeof CALL_PROTOCOL_NAMES)[number]

/** Names of the protocols that an upstream may be said to speak, sessions among them; whether we speak one is not told here. */
export const PROTOCOL_NAMES = [...CALL_PROTOCOL_NAMES, 'openai-realtime'] as const
export type ProtocolName = (typeof PROTOCOL_NAMES)[number]

/** Whether a protocol is one of calls. */
export const isCallProtocol = (name: ProtocolName): name is CallProtocolName => name !== 'openai-realtime'

/** Whether a model of Google Cloud is one of Anthropic's, by its name there. */
export const isAnthropicAtVertex = (upstreamModel: string): boolean => upstreamModel.startsWith('claude')

/** Whether a route's cost follows Anthropic's rules for its cache: at Anthropic itself, and for its models at Vertex and Bedrock. */
export const isPricedAsAnthropic = (kind: string | undefined, upstreamModel: string): boolean =>
  kind === 'anthropic' ||
  (kind === 'vertex' && isAnthropicAtVertex(upstreamModel)) ||
  (kind === 'bedrock' && upstreamModel.includes('anthropic.'))

/** What is known of an upstream's handling of content; absent means unknown, and unknown is treated as the worst. */
export type PrivacyLabel = {
  readonly retention?: string
  readonly training?: 'yes' | 'no'
  readonly country?: string
  readonly evidence?: string
  readonly checked?: string
}

/** How a model's routes are chosen among; see docs/routing.md. */
export const STRATEGIES = ['priority', 'weighted', 'cheapest', 'lowest-latency', 'least-busy'] as const
export type Strategy = (typeof STRATEGIES)[number]

/** One place that answers calls. `apiKey` is absent for upstreams that want none, `apiVersion` for those that ask for none. */
export type Upstream = {
  readonly serial: number
  readonly id: string
  readonly kind: UpstreamKind
  readonly baseUrl: string
  readonly apiKey?: string
  readonly apiVersion?: string
  /** Further keys that serve as well. */
  readonly keyPool?: readonly string[]
  /** The most calls that a gateway process has with it at the same time; absent: no bound. */
  readonly maxConcurrency?: number
  readonly placement: 'third_party' | 'local'
  readonly privacy: PrivacyLabel
  /** What it speaks, the first for calls in others; undefined: what its kind does. */
  readonly protocols?: readonly ProtocolName[]
  /** Whether it wants bytes, so that what addresses in a request lead to is fetched for it; absent: they are passed on. */
  readonly fetchesUrls?: boolean
}

/** One way to serve a model: `upstreamModel` is the name the upstream knows it by. Lower priority is tried first. */
export type Route = {
  readonly serial: number
  readonly upstreamSerial: number
  readonly upstreamModel: string
  readonly priority: number
  /** Its share of a weighted model's calls, and what it can take of a busy one's, beside the other weights; 1 when absent. */
  readonly weight?: number
  /** What the upstream asks of us; undefined when nobody said. */
  readonly cost: Price | undefined
}

/** A model that customers may call, with the price that holds now. `context` and `outputMax` are tokens, `createdAt` seconds since 1970. */
export type Model = {
  readonly serial: number
  readonly id: string
  readonly context: number
  readonly outputMax: number
  readonly createdAt: number
  readonly priceVersion: number
  readonly price: Price
  /** `priority` when absent. */
  readonly strategy?: Strategy
  readonly routes: readonly Route[]
}

/** Everything a gateway needs to know to serve calls; sent whole whenever anything in it changes. */
export type Catalog = {
  readonly version: number
  readonly upstreams: readonly Upstream[]
  readonly models: readonly Model[]
  /** Ids of models that have routes but no price, so that a call can be refused as model_unpriced. */
  readonly unpriced: readonly string[]
}

/** JSON of a catalogue; amounts as decimal strings of nano-USD. */
export const encodeCatalog = (catalog: Catalog): string =>
  JSON.stringify(catalog, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))

/** The catalogue of such a JSON; written by our own control process, so it is not validated again. */
export function decodeCatalog(json: string): Catalog {
  const raw = JSON.parse(json) as RawCatalog
  return { ...raw, models: raw.models.map(modelOf) }
}

type RawRoute = Omit<Route, 'cost'> & { readonly cost?: PriceJson }
type RawModel = Omit<Model, 'price' | 'routes'> & { readonly price: PriceJson; readonly routes: readonly RawRoute[] }
type RawCatalog = Omit<Catalog, 'models'> & { readonly models: readonly RawModel[] }

const modelOf = (model: RawModel): Model => ({ ...model, price: priceOfJson(model.price), routes: model.routes.map(routeOf) })

const routeOf = (route: RawRoute): Route => ({ ...route, cost: route.cost && priceOfJson(route.cost) })
