import { parseUsd } from '../../../lib/index.ts'
import type { Offer } from './offer.ts'

/** Orders of the list. */
export const ORDERS = ['name', 'input', 'output', 'context'] as const
export type Order = (typeof ORDERS)[number]

/** Ways a provider may handle texts that can be asked for. */
export const HANDLINGS = ['no-training', 'local'] as const
export type Handling = (typeof HANDLINGS)[number]

/** What is looked for: words of the name, an upstream, how texts are handled, in which order. */
export type Search = {
  readonly text: string
  readonly upstream: string
  readonly handling: Handling | undefined
  readonly order: Order
}

const TEXT_MAX = 80

/** The search of a form; a choice that is none is as if it were not made. */
export const searchOf = (query: (name: string) => string | undefined): Search => ({
  text: (query('q') ?? '').trim().slice(0, TEXT_MAX),
  upstream: (query('at') ?? '').slice(0, TEXT_MAX),
  handling: HANDLINGS.find((one) => one === query('texts')),
  order: ORDERS.find((one) => one === query('sort')) ?? 'name',
})

/** The offers that fit, in the order asked for; a label that is unknown fits nothing that asks for it. */
export function searched(offers: readonly Offer[], { text, upstream, handling, order }: Search): readonly Offer[] {
  const words = text.toLowerCase().split(/\s+/)
  const found = offers.filter(
    ({ id, routes }) =>
      words.every((word) => id.toLowerCase().includes(word)) &&
      (upstream === '' || routes.some(({ name }) => name === upstream)) &&
      (handling === undefined || routes.some((route) => FITS[handling](route))),
  )
  return found.toSorted(COMPARE[order])
}

const FITS: Readonly<Record<Handling, (route: Offer['routes'][number]) => boolean>> = {
  'no-training': ({ training, placement }) => placement === 'local' || training === 'no',
  local: ({ placement }) => placement === 'local',
}

const byName = (a: Offer, b: Offer): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
const byRate =
  (name: 'input' | 'output') =>
  (a: Offer, b: Offer): number => {
    const [own, other] = [a.price?.[name], b.price?.[name]]
    if (own === undefined || other === undefined) return own === other ? byName(a, b) : own === undefined ? 1 : -1
    const [x, y] = [parseUsd(own) ?? 0n, parseUsd(other) ?? 0n]
    return x < y ? -1 : x > y ? 1 : byName(a, b)
  }

const COMPARE: Readonly<Record<Order, (a: Offer, b: Offer) => number>> = {
  name: byName,
  input: byRate('input'),
  output: byRate('output'),
  context: (a, b) => b.context - a.context || byName(a, b),
}
