import type { SeededRandom } from '../../../sim/index.ts'

/** Deals from a shuffled deck, and shuffles anew when it is empty: in any so many deals in a row as there are cards, each comes once. */
export function openDeck<Card>(random: SeededRandom, cards: readonly [Card, ...Card[]]): () => Card {
  const left: Card[] = []
  return () => {
    if (left.length === 0) left.push(...cards)
    const [card = cards[0]] = left.splice(random.below(left.length), 1)
    return card
  }
}
