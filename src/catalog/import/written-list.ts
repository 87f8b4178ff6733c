import { z } from 'zod'
import { fail } from '../../failures.ts'
import {
  EXTRA_TIERS,
  PRICE_CLASS_NAMES,
  type PriceClassName,
  type ServiceTier,
  type WrittenCards,
  type WrittenPrice,
} from '../../spec/index.ts'
import { modelId } from '../file-schema.ts'
import { priceFaults, priceSchema } from '../price-schema.ts'
import { parseYaml } from '../yaml-document.ts'
import { parseDecimal } from './decimal.ts'
import type { ListedAmounts, ListedCard, ListedModel, ListedPrice } from './price-list.ts'

const list = z.object({ models: z.array(z.object({ id: modelId, price: priceSchema.omit({ effective_at: true }) })).max(10_000) })

/** Whether a text is meant as models of a farebox.yaml: it has a list of that name. */
export const isWrittenList = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Array.isArray((value as { readonly models?: unknown }).models)

/** Parses YAML or JSON; undefined for what is neither. */
export const parseWritten = (text: string): unknown => parseYaml(text, 'the list', {}).value

/** The models of a list that is written as in farebox.yaml: ids and prices; what else it says is left aside. Fails with price_list_invalid. */
export function readWrittenList(value: unknown): readonly ListedModel[] {
  const read = list.safeParse(value)
  if (!read.success) {
    const path = read.error.issues[0]?.path.join('.') ?? 'models'
    return fail('price_list_invalid', { problem: `${path.slice(0, 80)} is not as in farebox.yaml: amounts are decimal texts in quotes` })
  }
  return read.data.models.map(({ id, price }) => {
    const [fault] = priceFaults(price, 'sold')
    const faults = fault === undefined ? [] : [`${fault.path.join('.')} has to be ${fault.told.expected}`]
    return { key: id, provider: '', model: id, context: undefined, outputMax: undefined, isWhole: true, price: listedPrice(price), faults }
  })
}

/** A written price as a list would give it. */
export function listedPrice({ service_tiers: tiers, ...standard }: WrittenPrice): ListedPrice {
  const others = EXTRA_TIERS.flatMap((tier) => cardsOf(tier, tiers?.[tier]))
  return { cards: [...cardsOf('standard', standard), ...others] }
}

const NAMES: readonly PriceClassName[] = Object.values(PRICE_CLASS_NAMES)

function cardsOf(serviceTier: ServiceTier, cards: WrittenCards | undefined): readonly ListedCard[] {
  if (cards === undefined) return []
  const { above = [], ...first } = cards
  return [
    { serviceTier, inputAbove: 0, amounts: amountsOf(first) },
    ...above.map((card) => ({ serviceTier, inputAbove: card.prompt_tokens, amounts: amountsOf(card) })),
  ]
}

const amountsOf = (card: WrittenCards): ListedAmounts =>
  Object.fromEntries(NAMES.flatMap((name) => (card[name] === undefined ? [] : [[name, parseDecimal(card[name])]])))
