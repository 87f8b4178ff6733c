import { fail } from '../failures.ts'
import type { AskedPieces, DecodedCall } from '../protocols/index.ts'
import { isFreePrice, type Price } from '../spec/index.ts'
import type { Leg } from './legs.ts'

/** What the provider runs for a fee of its own, and the price that it needs. */
const PIECES = {
  webSearches: { rate: 'web_search', name: 'searches of the web' },
  toolCalls: { rate: 'tool_call', name: 'tools that the provider charges by the call' },
} as const
const NAMES = ['webSearches', 'toolCalls'] as const satisfies readonly (keyof AskedPieces)[]

/**
 * Refuses a call that has the provider of any of its legs run what the model has no price for. What a leg cannot say is not run there.
 * A model that is given away costs nothing whatever it does. Fails with invalid_field.
 */
export function refuseUnpricedTools(call: DecodedCall, legs: readonly Leg[], price: Price): void {
  for (const name of NAMES) {
    const field = askedField(legs, name)
    if (field === undefined || hasRate(price, name) || isFreePrice(price)) continue
    const { rate, name: what } = PIECES[name]
    const others = NAMES.filter((other) => hasRate(price, other)).map((other) => ` and ${PIECES[other].name}`)
    const expected = `${what} cannot be used with this model, as it has no price for them (${rate}); tools that you run yourself${others.join('')} can`
    fail('invalid_field', { field: call.asksFor?.[name] ?? field, expected })
  }
}

function askedField(legs: readonly Leg[], name: (typeof NAMES)[number]): string | undefined {
  for (const { call } of legs) {
    const field = call.asksFor?.[name]
    if (field !== undefined) return field
  }
  return undefined
}

const hasRate = (price: Price, name: (typeof NAMES)[number]): boolean => price.some(({ rates }) => rates[name] > 0n)
