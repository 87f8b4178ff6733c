import { formatUsd } from '../../lib/index.ts'
import {
  isPricedAsAnthropic,
  isSamePrice,
  type PriceClassName,
  showPrice,
  type WrittenCards,
  type WrittenPrice,
  type WrittenRates,
} from '../../spec/index.ts'
import type { DesiredModel } from '../desired.ts'
import { modelId } from '../file-schema.ts'
import { KNOWN_UPSTREAMS } from '../known-upstreams/index.ts'
import type { ModelView, UpstreamView } from '../list.ts'
import { completePrice, costOf } from '../rates.ts'
import { type Decimal, times, toNano } from './decimal.ts'
import type { ListedAmounts, ListedCard, ListedModel, ListedPrice, Refused } from './price-list.ts'

/** What a list means for one model of ours: prices in USD per million tokens; `listed` is what the list calls it. */
export type PriceChange = {
  readonly id: string
  readonly listed: string
  readonly action: 'added' | 'changed' | 'unchanged' | 'skipped' | 'refused'
  readonly old?: WrittenPrice
  readonly new?: WrittenPrice
  readonly reason?: string
  /** Whether customers pay more by it than before. */
  readonly isRise?: true
  /** From when on it holds; now when left out. */
  readonly holdsFrom?: string
}

/** What holds now and how listed prices are taken: `multiplier` times the list, for ids or listed names that match `only`. */
export type ImportQuestion = {
  readonly listed: readonly ListedModel[]
  readonly models: readonly ModelView[]
  readonly upstreams: readonly UpstreamView[]
  readonly multiplier: Decimal
  readonly only: (name: string) => boolean
}

/** What would change, by id, and the models as they would be written. */
export type ImportPlan = { readonly changes: readonly PriceChange[]; readonly writes: readonly DesiredModel[] }

/** Compares a list with the catalogue; writes nothing. A model of ours is found by its routes, else by its id. */
export function planImport(question: ImportQuestion): ImportPlan {
  const { models, only } = question
  const list = question.listed.map((listed) => ({ ...listed, provider: ownNameOf(listed.provider, question.upstreams) }))
  const live = models.filter((model) => model.is_active)
  const index = indexOf(list)
  const taken = new Set<ListedModel>()
  const steps: Step[] = []
  for (const model of live) {
    const found = findListed(index, model)
    if (found === undefined) continue
    taken.add(found.listed)
    if (only(model.id) || only(found.listed.key)) steps.push(planLive(question, model, found))
  }
  const known = new Set(live.map((model) => model.id))
  const offered = new Set(question.upstreams.filter((upstream) => upstream.is_active).map((upstream) => upstream.id))
  for (const listed of list) {
    const isNew = offered.has(listed.provider) && !taken.has(listed) && !known.has(listed.model)
    if (!isNew || !(only(listed.model) || only(listed.key))) continue
    known.add(listed.model)
    steps.push(planNew(question, listed))
  }
  const sorted = steps.toSorted((a, b) => (a.change.id < b.change.id ? -1 : 1))
  return { changes: sorted.map((step) => step.change), writes: sorted.flatMap((step) => step.write ?? []) }
}

/** The id of the upstream that a list calls by a name: its own, or that of one of ours in use which public lists call so. */
function ownNameOf(provider: string, upstreams: readonly UpstreamView[]): string {
  const ids = new Set(upstreams.filter((upstream) => upstream.is_active).map(({ id }) => id))
  if (ids.has(provider)) return provider
  return KNOWN_UPSTREAMS.find(({ id, listedAs = [] }) => ids.has(id) && listedAs.includes(provider))?.id ?? provider
}

type Step = { readonly change: PriceChange; readonly write?: DesiredModel }

type Index = { readonly byRoute: ReadonlyMap<string, ListedModel>; readonly byKey: ReadonlyMap<string, ListedModel> }

const routeKey = (provider: string, model: string): string => JSON.stringify([provider, model])

function indexOf(listed: readonly ListedModel[]): Index {
  // The first of a name counts, as lists put the provider's own name before the prefixed one.
  const backwards = listed.toReversed()
  return {
    byRoute: new Map(backwards.map((model) => [routeKey(model.provider, model.model), model])),
    byKey: new Map(backwards.map((model) => [model.key, model])),
  }
}

type Found = { readonly listed: ListedModel; readonly route: number }

function findListed({ byRoute, byKey }: Index, model: ModelView): Found | undefined {
  const routes = model.routes.filter((route) => route.is_active)
  for (const [route, { upstream, model: name }] of routes.entries()) {
    const listed = byRoute.get(routeKey(upstream, name))
    if (listed !== undefined) return { listed, route }
  }
  const listed = byKey.get(model.id)
  return listed === undefined ? undefined : { listed, route: -1 }
}

function planLive(question: ImportQuestion, model: ModelView, { listed, route }: Found): Step {
  const named = { id: model.id, listed: listed.key, ...(model.price === null ? {} : { old: model.price }) }
  const refuse = (reason: string): Step => ({ change: { ...named, action: 'refused', reason } })
  if (model.source === 'file') return refuse('it comes from the configuration file: change it there')
  if (model.price !== null && isFree(model.price)) return refuse('it is declared free')
  const { price: asked } = listed
  if ('refused' in asked) return { change: { ...named, ...notTaken(asked) } }
  const own = model.routes.filter((candidate) => candidate.is_active)
  const routes = own.map(({ upstream, model: name, priority, weight, cost: known }, at) => ({
    ...{ upstream, model: name, priority, weight },
    cost: at === route ? { ...keptTools(known, listed), ...writtenPrice(asked, ONE) } : known,
  }))
  const desired = { id: model.id, context: model.context, outputMax: model.output_max, strategy: model.strategy, routes }
  const newPrice = newPriceOf(question, { price: asked, kept: keptTools(model.price ?? {}, listed) }, routes)
  const price = showPrice(newPrice)
  if (JSON.stringify(model.price) === JSON.stringify(price)) {
    if (isCostSame(question, routes[route], own[route])) return { change: { ...named, action: 'unchanged', new: price } }
    const reason = 'the price stays as it is, what the upstream asks is another'
    return { change: { ...named, action: 'changed', new: price, reason }, write: { ...desired, price: newPrice } }
  }
  return { change: { ...named, action: model.price === null ? 'added' : 'changed', new: price }, write: { ...desired, price: newPrice } }
}

const TOOLS = ['web_search', 'tool_call'] as const

/**
 * What searches and other tools cost, as far as a list says nothing of it: calls that ask for them would be refused else. A list that says all of its
 * prices has none of what it leaves out.
 */
function keptTools(price: WrittenRates, { price: listed, isWhole }: ListedModel): WrittenRates {
  if (isWhole === true || 'refused' in listed) return {}
  const isTold = (name: PriceClassName): boolean => listed.cards.some(({ amounts }) => amounts[name] !== undefined)
  return Object.fromEntries(TOOLS.flatMap((name) => (price[name] === undefined || isTold(name) ? [] : [[name, price[name]]])))
}

type Route = Pick<ModelView['routes'][number], 'upstream' | 'model' | 'cost'>

/** Whether what an upstream asks by a list is what its route has. */
function isCostSame({ upstreams }: ImportQuestion, listed: Route | undefined, own: Route | undefined): boolean {
  if (listed === undefined || own === undefined) return true
  const isAnthropic = isPricedAsAnthropic(upstreams.find(({ id }) => id === own.upstream)?.kind, own.model)
  const [asked, known] = [costOf(listed.cost, isAnthropic), costOf(own.cost, isAnthropic)]
  return asked === undefined || (known !== undefined && isSamePrice(asked, known))
}

function planNew(question: ImportQuestion, listed: ListedModel): Step {
  const { provider, model: name, context, outputMax, price } = listed
  const refuse = (reason: string): Step => ({ change: { id: name, listed: listed.key, action: 'refused', reason } })
  if (!modelId.safeParse(name).success) return refuse('its name is not one that customers can call')
  if ('refused' in price) return { change: { id: name, listed: listed.key, ...notTaken(price) } }
  if (context === undefined || outputMax === undefined) return refuse('the list does not say how long prompt and answer can get')
  const routes = [{ upstream: provider, model: name, priority: 1, cost: writtenPrice(price, ONE) }]
  const newPrice = newPriceOf(question, { price, kept: {} }, routes)
  return {
    change: { id: name, listed: listed.key, action: 'added', new: showPrice(newPrice) },
    write: { id: name, context, outputMax, price: newPrice, routes },
  }
}

const notTaken = ({ refused, isUnpriced }: Refused): Pick<PriceChange, 'action' | 'reason'> => ({
  action: isUnpriced === true ? 'skipped' : 'refused',
  reason: refused,
})

const ONE: Decimal = { digits: 1n, exponent: 0 }

const isFree = (price: WrittenPrice): boolean => amountsIn(price).every((amount) => /^0\.0+$/.test(amount))

/** Every amount of a price as it is shown. */
const amountsIn = (part: unknown): readonly string[] => {
  if (typeof part === 'string') return [part]
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(amountsIn) : []
}

/** A listed price times a factor as the catalogue writes it, each class rounded up once to a whole nano-USD. */
function writtenPrice({ cards }: ListedPrice, factor: Decimal): WrittenPrice {
  const tiers = [...new Set(cards.map((card) => card.serviceTier))].filter((tier) => tier !== 'standard')
  const written = (tier: ListedCard['serviceTier']) =>
    writtenCards(
      cards.filter((card) => card.serviceTier === tier),
      factor,
    )
  const standard = written('standard')
  return tiers.length === 0 ? standard : { ...standard, service_tiers: Object.fromEntries(tiers.map((tier) => [tier, written(tier)])) }
}

function writtenCards(cards: readonly ListedCard[], factor: Decimal): WrittenCards {
  const first = cards.find((card) => card.inputAbove === 0)
  const above = cards
    .filter((card) => card.inputAbove > 0)
    .map((card) => ({ prompt_tokens: card.inputAbove, ...writtenRates(card.amounts, factor) }))
  return { ...writtenRates(first?.amounts ?? {}, factor), ...(above.length === 0 ? {} : { above }) }
}

function writtenRates(amounts: ListedAmounts, factor: Decimal): WrittenRates {
  const entries = Object.entries(amounts) as [PriceClassName, Decimal][]
  return Object.fromEntries(entries.map(([name, amount]) => [name, formatUsd(toNano(times(amount, factor)))]))
}

function newPriceOf(
  { upstreams, multiplier }: ImportQuestion,
  { price, kept }: { readonly price: ListedPrice; readonly kept: WrittenRates },
  routes: readonly { readonly upstream: string; readonly model: string }[],
) {
  const kinds = new Map(upstreams.map(({ id, kind }): readonly [string, string] => [id, kind]))
  return completePrice(
    { ...kept, ...writtenPrice(price, multiplier) },
    routes.some(({ upstream, model }) => isPricedAsAnthropic(kinds.get(upstream), model)),
  )
}
