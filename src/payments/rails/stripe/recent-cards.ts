import { cardsOf } from './customer.ts'
import type { StripeParts } from './parts.ts'
import type { Card } from './stripe-api.ts'

/** How long what Stripe said of cards is told again, so that whoever asks in a loop does not use up what the house may ask. */
const AGAIN_MS = 2_000

/** Cards of accounts for whoever looks at them. */
export type RecentCards = {
  /** What Stripe says of them, which is asked once in two seconds for each account. */
  readonly of: (accountId: string) => Promise<readonly Card[]>
  /** Has Stripe be asked anew, as a page was opened on which they change. */
  readonly forget: (accountId: string) => void
}

/** Opens what is remembered of cards; nothing is at first. */
export function makeRecentCards(parts: StripeParts): RecentCards {
  const asked = new Map<string, { readonly at: number; readonly cards: Promise<readonly Card[]> }>()
  const letGo = (now: number): void => {
    // The oldest stand first.
    for (const [accountId, { at }] of asked) {
      if (Math.abs(now - at) < AGAIN_MS) return
      asked.delete(accountId)
    }
  }
  const of = async (accountId: string): Promise<readonly Card[]> => {
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
  return { of, forget: (accountId) => void asked.delete(accountId) }
}
