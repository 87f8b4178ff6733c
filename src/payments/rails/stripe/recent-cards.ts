import { cardsOf } from './customer.ts'
import type { StripeParts } from './parts.ts'
import type { Card } from './stripe-api.ts'

/** How long what Stripe said of cards is told again, so that whoever asks in a loop does not use up what the house may ask. */
const AGAIN_MS = 2_000

/** Tells the cards of accounts to whoever looks at them; Stripe is asked once in two seconds for each account. */
export function makeRecentCards(parts: StripeParts): (accountId: string) => Promise<readonly Card[]> {
  const asked = new Map<string, { readonly at: number; readonly cards: Promise<readonly Card[]> }>()
  const letGo = (now: number): void => {
    // The oldest stand first.
    for (const [accountId, { at }] of asked) {
      if (Math.abs(now - at) < AGAIN_MS) return
      asked.delete(accountId)
    }
  }
  return async (accountId) => {
    const now = parts.clock.now()
    letGo(now)
    const known = asked.get(accountId)
    if (known !== undefined) return await known.cards
    const cards = cardsOf(parts, accountId)
    asked.set(accountId, { at: now, cards })
    try {
      return await cards
    } catch (thrown) {
      asked.delete(accountId)
      throw thrown
    }
  }
}
