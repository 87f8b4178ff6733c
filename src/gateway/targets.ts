import { headerLines } from '../lib/index.ts'
import type { ProtocolId } from '../protocols/index.ts'
import { type Provider, providerOf } from '../providers/index.ts'
import type { Catalog, Model, Route, Upstream } from '../spec/index.ts'
import { RequestHeads } from './request-heads.ts'

/** One place that could answer a call. */
export type Target = {
  readonly route: Route
  readonly upstream: Upstream
  readonly provider: Provider
  /** The protocols that it speaks. */
  readonly spoken: readonly ProtocolId[]
  readonly origin: string
  /** Under the origin, before the path of what is called. */
  readonly basePath: string
  /** What a customer is told of it. */
  readonly label: string
  /** The same as a header line; undefined where it would read as something else. */
  readonly line: string | undefined
  /** Of requests to it. */
  readonly heads: RequestHeads
}

/** The targets of every model by its serial, those of the least priority first; made once for each catalogue. */
export function indexTargets({ models, upstreams }: Catalog): ReadonlyMap<number, readonly Target[]> {
  const bySerial = new Map(upstreams.map((upstream) => [upstream.serial, upstream]))
  return new Map(models.map((model) => [model.serial, targetsOf(model, bySerial)]))
}

function targetsOf(model: Model, upstreams: ReadonlyMap<number, Upstream>): readonly Target[] {
  const targets: Target[] = []
  for (const route of model.routes) {
    const upstream = upstreams.get(route.upstreamSerial)
    if (upstream !== undefined) targets.push(targetOf(route, upstream))
  }
  return targets.sort((a, b) => a.route.priority - b.route.priority)
}

/** The target of a route. */
export function targetOf(route: Route, upstream: Upstream): Target {
  const provider = providerOf(upstream, route.upstreamModel)
  const { origin, pathname } = new URL(upstream.baseUrl)
  const { country = 'unknown', retention = 'unknown' } = upstream.privacy
  const label = `upstream=${upstream.id}; country=${PLAIN.test(country) ? country : quoted(country)}; retention=${quoted(retention)}`
  const basePath = pathname.replace(/\/+$/, '')
  const line = headerLines(['x-farebox-route', label])
  return { route, upstream, provider, spoken: provider.speaks(upstream), origin, basePath, label, line, heads: new RequestHeads() }
}

/** What can stand in a header without quotes: printable ASCII that neither ends a field nor quotes one. */
const PLAIN = /^[ !#-:<-~]*$/
const BEYOND_ASCII = /[^\x20-\x7e]/g

/** A text as JSON has it, of printable ASCII alone, as no header holds more. Source: RFC 9110 §5.5 (2022-06). */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(BEYOND_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
