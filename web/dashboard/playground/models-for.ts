import type { PublishedPrice } from '../../lib/receipt/index.ts'

/** Models by name: first those whose price says that they were made for a task, then all others. */
export type ModelsFor = { readonly fitting: readonly string[]; readonly others: readonly string[] }

/**
 * Sorts models by whether their newest price asks for one of some classes of usage by a rate of its own; without classes, by whether it
 * asks for none of those that models have which write no text.
 */
export function modelsFor(prices: readonly PublishedPrice[], classes: readonly string[]): ModelsFor {
  const newest = new Map<string, PublishedPrice>()
  for (const price of prices) if ((newest.get(price.model)?.version ?? -1) < price.version) newest.set(price.model, price)
  const fits = (price: PublishedPrice): boolean => (classes.length > 0 ? asksFor(price, classes) : !asksFor(price, OF_NO_TEXT))
  const sorted = [...newest.values()].sort((one, other) => (one.model < other.model ? -1 : 1))
  return {
    fitting: sorted.filter(fits).map(({ model }) => model),
    others: sorted.filter((price) => !fits(price)).map(({ model }) => model),
  }
}

const OF_NO_TEXT = ['embedding', 'images', 'characters', 'audio_seconds', 'calls']

const asksFor = ({ cards }: PublishedPrice, classes: readonly string[]): boolean =>
  cards.some(({ rates }) => classes.some((name) => Number(rates[name] ?? 0) > 0 && isOwn(rates, name)))

/** Without a rate of its own a class costs what input or output costs; and what is priced by embedding alone asks the same for all three. */
const isOwn = (rates: Readonly<Record<string, string>>, name: string): boolean =>
  (rates[name] !== rates['input'] && rates[name] !== rates['output']) || (name === 'embedding' && rates['input'] === rates['output'])
